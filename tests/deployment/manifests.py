"""The manifests for a cluster, and the pods in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "docs/deploy/kubernetes"
KUSTOMIZATION: Mapping[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))

Manifest = dict[str, Any]


def manifests() -> list[Manifest]:
    """Everything that is applied, the example of the secrets with it."""
    files = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
    return [each for path in files for each in yaml.safe_load_all(path.read_text("utf-8"))]


ALL = manifests()


def of_kind(kind: str) -> dict[str, Manifest]:
    """The manifests of a kind by name."""
    return {each["metadata"]["name"]: each for each in ALL if each["kind"] == kind}


def pods() -> dict[str, Manifest]:
    """The templates of pods by the component that they are."""
    found = {}
    for each in ALL:
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if isinstance(template := spec.get("template"), dict):
            found[template["metadata"]["labels"]["app.kubernetes.io/component"]] = template
    return found


def container(pod: Manifest) -> Manifest:
    """The one container of a pod."""
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def variables(pod: Manifest) -> dict[str, str]:
    """What the container finds in its environment."""
    maps = of_kind("ConfigMap")
    found: dict[str, str] = {}
    for source in container(pod).get("envFrom", ()):
        found |= maps[source["configMapRef"]["name"]]["data"]
    for each in container(pod).get("env", ()):
        if "value" in each:
            found[each["name"]] = each["value"]
        else:
            key = each["valueFrom"]["configMapKeyRef"]
            found[each["name"]] = maps[key["name"]]["data"][key["key"]]
    return found


def mounted(pod: Manifest) -> Iterator[tuple[str, str, str]]:
    """The files of mounted secrets: folder, name and content."""
    volumes = {each["name"]: each for each in pod["spec"]["volumes"]}
    for mount in container(pod)["volumeMounts"]:
        for secret in secrets_of(volumes[mount["name"]]):
            for name, content in of_kind("Secret")[secret]["stringData"].items():
                yield mount["mountPath"], name, content


def secrets_of(volume: Manifest) -> list[str]:
    """The secrets that a volume shows."""
    if "projected" in volume:
        return [each["secret"]["name"] for each in volume["projected"]["sources"]]
    return [volume["secret"]["secretName"]] if "secret" in volume else []
