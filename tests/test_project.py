"""The tree keeps its promises: safe versions, whole locks, one direction of imports, a wheel that carries its data."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
LOCKS = ("requirements.txt", "requirements-dev.txt", "docs/deploy/requirements-build.txt")
LONGEST_FILE_LINES = 500

# The oldest versions without weaknesses that a caller of the API could use.
FLOORS = {
    "strawberry-graphql": "0.341.2",  # CVE-2026-35523, -35526, -47706, -47707; and the API this schema is written for
    "graphql-core": "3.2.12",  # CVE-2026-75507, -75508: quadratic validation, comments that count as nothing
    "starlette": "1.3.1",  # CVE-2025-62727, -54121; CVE-2026-48710, -54283: ranges, forms, host names
    "h11": "0.16.0",  # CVE-2025-43859: request smuggling by lenient chunk ends
    "elasticsearch": "9.5.1",  # speaks to every 9.x, and closes its sessions
}

# Elasticsearch's own: searches that end the node are fixed from these on, each for its line of releases.
SAFE_ELASTICSEARCH = {"9.4": Version("9.4.8"), "9.5": Version("9.5.5")}

# User text in these would be a program, or cost what its author likes.
FORBIDDEN_QUERY_KEYS = frozenset(
    {
        "query_string",
        "simple_query_string",
        "regexp",
        "script",
        "script_score",
        "script_fields",
        "runtime_mappings",
    }
)

UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b|^(?:<{7}|>{7}) ", re.MULTILINE)
TEXT_SUFFIXES = {".py", ".md", ".graphql", ".html", ".js", ".css", ".toml", ".yaml", ".json", ".ini", ".po"}


def modules(*folders: str) -> list[Path]:
    """Python files below `folders`, as paths from the root."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def syntax(module: Path) -> ast.Module:
    """The parsed source of a module."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


def pins(lock: str) -> dict[str, Version]:
    """The version of each distribution that a lock names."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    named = [Requirement(line.rstrip(" \\").split(" ;")[0]) for line in lines if re.match(r"\w", line)]
    return {each.name: Version(next(iter(each.specifier)).version) for each in named}


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_weakness_is_locked_or_installed(name: str) -> None:
    """Each floor has a reason beside it in the table."""
    floor = Version(FLOORS[name])

    assert pins("requirements.txt")[name] >= floor
    assert Version(version(name)) >= floor


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_distribution_carries_its_hashes(lock: str) -> None:
    """What is installed is what was locked, wherever it was downloaded from."""
    entries = re.split(r"\n(?=\w)", (ROOT / lock).read_text(encoding="utf-8"))

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_host(lock: str) -> None:
    """Each user installs from the index of their own choice."""
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert re.findall(r".*(?:://|--(?:extra-)?index-url|--find-links|--trusted-host).*", text) == []


def test_the_locks_fulfil_what_the_project_declares() -> None:
    """A dependency changed in one place only would be installed by some and not by others."""
    locked = pins("requirements.txt")
    declared = [Requirement(line) for line in PROJECT["project"]["dependencies"]]

    assert [str(each) for each in declared if not each.specifier.contains(locked[each.name])] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_agree(lock: str) -> None:
    """Tests run on the versions that users get, and the image is built by those that the tests are."""
    development = pins("requirements-dev.txt")

    assert {name: development.get(name) for name in pins(lock)} == pins(lock)


def test_imports_point_one_way() -> None:
    """directory <- seeds, indexer <- schema <- portal <- newgrowth, and rules know neither web nor search client."""
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_a_package_file_holds_a_docstring_and_nothing_else() -> None:
    """Importing a package does nothing: each name is imported from where it is defined."""
    packages = [module for module in modules(*PACKAGES) if module.name == "__init__.py"]

    assert packages
    assert [str(each) for each in packages if len(syntax(each).body) != 1] == []


def test_each_module_says_what_it_is_for() -> None:
    """A reader learns it from the first line."""
    assert [str(each) for each in modules(*PACKAGES) if not ast.get_docstring(syntax(each))] == []


def test_files_stay_short() -> None:
    """What needs more lines than this is more than one thing."""
    written = modules(*PACKAGES, "tests", "benchmarks")

    assert [str(each) for each in written if line_count(each) > LONGEST_FILE_LINES] == []


def line_count(module: Path) -> int:
    """How many lines a module has."""
    return len((ROOT / module).read_text(encoding="utf-8").splitlines())


def texts() -> Iterator[Path]:
    """Files that people wrote for this project; what others wrote and is only carried along lies in `vendor`."""
    for folder in (*PACKAGES, "tests", "benchmarks", "docs", ".ci"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in TEXT_SUFFIXES)
    yield from (path for path in ROOT.iterdir() if path.suffix in TEXT_SUFFIXES or path.name == "Makefile")


def test_nothing_is_left_for_later() -> None:
    """What is not done is not in the tree, nor are the two sides of a merge."""
    written = [path for path in texts() if "vendor" not in path.parts]

    assert [str(path) for path in written if UNFINISHED.search(path.read_text(encoding="utf-8"))] == []


def query_keys(tree: ast.AST) -> set[str]:
    """Names that a module uses as keys of a mapping or as keyword arguments, which is how queries are written."""
    keys: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys |= {
                key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            keys.add(str(node.slice.value))
        elif isinstance(node, ast.keyword) and node.arg:
            keys.add(node.arg)
    return keys


def test_user_text_never_becomes_a_program_of_the_search_engine() -> None:
    """No query string syntax, regular expression or script is built anywhere in the indexer."""
    found = {str(each): query_keys(syntax(each)) & FORBIDDEN_QUERY_KEYS for each in modules("indexer")}

    assert {module: keys for module, keys in found.items() if keys} == {}


@pytest.mark.parametrize(
    "source",
    ['{"query": {"regexp": {}}}', 'body["query_string"] = x', 'client.search(script={"source": "1"})'],
)
def test_a_forbidden_query_would_be_seen(source: str) -> None:
    """The check above finds each way to write one."""
    assert query_keys(ast.parse(source)) & FORBIDDEN_QUERY_KEYS


def safe_from(elasticsearch: Version) -> Version:
    """The first safe release of the same line; lines not in the table are newer or too old."""
    return SAFE_ELASTICSEARCH.get(
        f"{elasticsearch.major}.{elasticsearch.minor}", max(SAFE_ELASTICSEARCH.values())
    )


def test_the_compose_file_recommends_a_safe_elasticsearch() -> None:
    """The version that tests run on has known weaknesses; no user is led to it."""
    compose = (ROOT / "docs/deploy/compose.yaml").read_text(encoding="utf-8")
    recommended = [Version(found) for found in re.findall(r"image: elasticsearch:(\S+)", compose)]

    assert recommended
    assert all(each >= safe_from(each) for each in recommended)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it would be released."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(target), str(ROOT)]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.whl"))


def test_the_wheel_carries_every_file_of_the_packages(wheel: Path) -> None:
    """Data, templates, pages and migrations, also those that a rule for ignored files could drop."""
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    carried = set(zipfile.ZipFile(wheel).namelist())

    assert here - carried == set()


def test_the_wheel_brings_nothing_else(wheel: Path) -> None:
    """No tests, no benchmarks, no local data."""
    top_level = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {name for name in top_level if not name.endswith(".dist-info")} == set(PACKAGES)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's packages, unpacked by pip where nothing of this checkout is in reach."""
    target = tmp_path_factory.mktemp("installed") / "a folder"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, wheel], check=True, capture_output=True)
    return target


def run_elsewhere(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What Python prints when it finds the packages in `installed` alone."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed.parent,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_installed_elsewhere_the_directory_finds_its_reference_data(installed: Path) -> None:
    """Policies, regions and vocabularies travel inside the wheel."""
    program = "import seeds.reference as r; assert r.load_reference().policies; print(r.__file__)"

    done = run_elsewhere(installed, "-c", program)

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_installed_elsewhere_the_command_line_explains_itself(installed: Path) -> None:
    """A user who has only the wheel can start."""
    done = run_elsewhere(installed, "-m", "newgrowth", "--help")

    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout
