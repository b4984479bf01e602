"""The manifests for a cluster: whole by the rules of Kubernetes, and in agreement with each other and the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from newgrowth.settings import VARIABLES, read_settings
from tests.deployment.command_lines import problem
from tests.deployment.manifests import (
    ALL,
    FOLDER,
    KUSTOMIZATION,
    Manifest,
    container,
    mounted,
    of_kind,
    pods,
    secrets_of,
    variables,
)

VERSION = "1.34"
OF_POSTGRESQL = {"PGSSLMODE", "PGSSLROOTCERT"}
PODS = pods()
# What is applied by itself: before the rest, or never as it stands.
APART = {"kustomization.yaml", "migrate.yaml", "secrets.example.yaml"}


@pytest.mark.parametrize("manifest", ALL, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_a_manifest_is_one_that_kubernetes_takes(manifest: Manifest) -> None:
    """Every field is known, and has a value of its type."""
    kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_a_field_that_does_not_exist_is_seen() -> None:
    """The check above finds a misspelt one."""
    wrong = {**of_kind("Deployment")["server"]}
    wrong["spec"] = {**wrong["spec"], "replica": 3}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_everything_is_applied() -> None:
    """But for what has to be made by hand, or waited for."""
    there = {path.name for path in FOLDER.glob("*.yaml")}
    assert set(KUSTOMIZATION["resources"]) == there - APART


@pytest.mark.parametrize("name", PODS)
def test_a_pod_can_do_no_more_than_its_work(name: str) -> None:
    """What the strictest level of pod security asks for, and a root that nothing writes to."""
    spec, only = PODS[name]["spec"], container(PODS[name])
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert only["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(only["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in only["resources"]["limits"]


@pytest.mark.parametrize("name", sorted(set(PODS) - {"backup"}))
def test_what_is_run_is_a_command(name: str) -> None:
    """With its options."""
    assert problem(container(PODS[name])["args"]) is None


def test_the_backup_runs_commands_that_exist() -> None:
    """Inside its script."""
    (script,) = container(PODS["backup"])["command"][2:]
    (line,) = [line.strip() for line in script.splitlines() if line.strip().startswith("newgrowth ")]
    assert problem(line.split(maxsplit=2)[1:]) is None


@pytest.mark.parametrize("name", PODS)
def test_everything_that_is_set_is_a_setting(name: str) -> None:
    """In the environment and as a file."""
    files = {file for folder, file, _ in mounted(PODS[name]) if folder == "/etc/newgrowth/secrets"}
    assert set(variables(PODS[name])) - OF_POSTGRESQL <= VARIABLES
    assert files
    assert files <= VARIABLES


@pytest.mark.parametrize("name", PODS)
def test_the_settings_work(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program reads them, with every file in its place."""
    monkeypatch.chdir(tmp_path)
    for folder, file, content in mounted(PODS[name]):
        (tmp_path / folder[1:]).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder[1:] / file).write_text(content)
    for variable, value in variables(PODS[name]).items():
        monkeypatch.setenv(variable, str(tmp_path / value[1:]) if value.startswith("/") else value)
    settings = read_settings()

    assert settings.record_location.startswith("postgresql+asyncpg://")
    assert (settings.work_in_process, settings.follow_in_process) == (
        (False, False) if name == "server" else (True, True)
    )


def test_only_the_migration_and_the_backup_are_the_owner() -> None:
    """The others work as a role that can change neither tables nor what was logged."""
    owners = {
        name
        for name, pod in PODS.items()
        if any("owner" in secrets_of(volume) for volume in pod["spec"]["volumes"])
    }
    assert owners == {"migrate", "backup"}


@pytest.mark.parametrize("name", PODS)
def test_what_a_pod_refers_to_is_there(name: str) -> None:
    """Volumes, claims, maps and secrets."""
    spec = PODS[name]["spec"]
    volumes = {each["name"] for each in spec["volumes"]}
    claims = {
        each["persistentVolumeClaim"]["claimName"]
        for each in spec["volumes"]
        if "persistentVolumeClaim" in each
    }
    assert {each["name"] for each in container(PODS[name])["volumeMounts"]} == volumes
    assert claims <= set(of_kind("PersistentVolumeClaim"))
    assert {secret for volume in spec["volumes"] for secret in secrets_of(volume)} <= set(of_kind("Secret"))


def selectors() -> list[Any]:
    """Everything that chooses pods of ours by labels."""
    found = [each["spec"]["selector"]["matchLabels"] for each in of_kind("Deployment").values()]
    found += [each["spec"]["selector"] for each in of_kind("Service").values()]
    found += [each["spec"]["selector"]["matchLabels"] for each in of_kind("PodDisruptionBudget").values()]
    policies = [
        each["spec"]["podSelector"].get("matchLabels", {}) for each in of_kind("NetworkPolicy").values()
    ]
    return found + [labels for labels in policies if "app.kubernetes.io/name" in labels]


@pytest.mark.parametrize("labels", selectors(), ids=str)
def test_what_chooses_pods_finds_some(labels: dict[str, str]) -> None:
    """A label that nothing has would leave a service without servers, and a rule without effect."""
    assert [pod for pod in PODS.values() if labels.items() <= pod["metadata"]["labels"].items()]


def test_probes_come_under_a_name_that_is_answered_to() -> None:
    """Else the server would refuse them, and be restarted for it."""
    only = container(PODS["server"])
    hosts = variables(PODS["server"])["NEWGROWTH_ALLOWED_HOSTS"].split(",")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        (header,) = only[probe]["httpGet"]["httpHeaders"]
        assert header["name"] == "Host"
        assert header["value"] in hosts


def test_what_is_outside_leads_to_the_servers() -> None:
    """Under the public name, by TLS, to the port that the service has."""
    (ingress,) = of_kind("Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    service = of_kind("Service")[path["backend"]["service"]["name"]]
    assert path["backend"]["service"]["port"]["name"] in {each["name"] for each in service["spec"]["ports"]}
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    assert rule["host"] in variables(PODS["server"])["NEWGROWTH_ALLOWED_HOSTS"].split(",")


def test_more_servers_stay_than_are_taken_away() -> None:
    """A budget that asks for all of them would let no node be emptied."""
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert budget["spec"]["minAvailable"] < of_kind("Deployment")[name]["spec"]["replicas"]


def test_postgresql_takes_all_connections_that_there_may_be() -> None:
    """As it comes: a hundred, three of them kept for its administrator; some are left for people and tools."""
    programs = of_kind("Deployment")
    asked = sum(
        each["spec"]["replicas"] * 2 * int(variables(PODS[name])["NEWGROWTH_RECORD_CONNECTIONS"])
        for name, each in programs.items()
    )
    assert set(programs) == {"server", "indexer", "worker"}
    assert asked <= 97 - 20
