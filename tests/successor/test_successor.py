"""The stacks run unchanged on CDK Terrain, and with the last bindings of CDKTF: what they emit is the same."""

import re
import sys
from pathlib import Path

import pytest

from tests.settings import FOLDER
from tests.stacks.synthesized import ENVIRONMENTS, ROOT, STACKS
from tests.successor.checklist import CHECKLIST, copy_renamed
from tests.successor.emitted import differences, told, values
from tests.successor.tools import ALL_VARIANTS, CDK_TERRAIN, LAST_CDKTF, Tool, run, synthesize_all

# One process: all of them need what the project itself emits, and each synth takes a core.
pytestmark = [pytest.mark.successor, pytest.mark.xdist_group("successor")]


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the project emits: a folder for each variant."""
    folder = tmp_path_factory.mktemp("before")
    synthesize_all(Path(sys.executable), ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with the imports of CDK Terrain."""
    return copy_renamed(tmp_path_factory.mktemp("renamed") / "sources")


@pytest.fixture(scope="session")
def with_cdk_terrain(renamed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cdktn")
    synthesize_all(CDK_TERRAIN.python(), renamed, folder)
    return folder


@pytest.fixture(scope="session")
def with_last_cdktf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("last_cdktf")
    synthesize_all(LAST_CDKTF.python(), ROOT, folder)
    return folder


def require_only_what_may_differ(before: Path, after: Path, tool: Tool) -> None:
    emitted = values(before)
    files = {file for file, *_ in emitted}
    assert len(files) == len(STACKS) + 1
    found = differences(emitted, values(after))
    expected = tool.expected(files)
    unexpected = dict(found.items() - expected.items())
    assert not unexpected, f"{tool.name} emits otherwise:{told(unexpected)}"
    assert found == expected


@pytest.mark.parametrize("variant", ALL_VARIANTS)
def test_cdk_terrain_emits_the_same_terraform(variant: str, before: Path, with_cdk_terrain: Path) -> None:
    require_only_what_may_differ(before / variant, with_cdk_terrain / variant, CDK_TERRAIN)


@pytest.mark.parametrize("variant", ALL_VARIANTS)
def test_the_last_bindings_emit_the_same_terraform(variant: str, before: Path, with_last_cdktf: Path) -> None:
    require_only_what_may_differ(before / variant, with_last_cdktf / variant, LAST_CDKTF)


def test_main_py_runs_on_cdk_terrain(renamed: Path, with_cdk_terrain: Path, tmp_path: Path) -> None:
    variables = ENVIRONMENTS["local"] | {"DASH_CONFIG_FOLDER": str(FOLDER), "CDKTF_OUTDIR": str(tmp_path / "out")}
    run(CDK_TERRAIN.python(), renamed, "main.py", **variables)
    assert differences(values(with_cdk_terrain / "local"), values(tmp_path / "out")) == {}


def test_no_import_of_cdktf_is_left(renamed: Path) -> None:
    imports = re.compile(r"^\s*(?:from|import) cdktf", re.MULTILINE)
    assert any(imports.search(file.read_text()) for file in (ROOT / "stacks").rglob("*.py"))
    assert [file for file in renamed.rglob("*.py") if imports.search(file.read_text())] == []


def test_renaming_leaves_no_other_files(renamed: Path) -> None:
    files = [file for file in (renamed / "stacks").rglob("*") if file.is_file() and file.parent.name != "__pycache__"]
    assert {file.suffix for file in files} == {".py"}
    assert list(renamed.rglob("*.bak*")) == []


def test_the_checklist_names_the_versions_that_are_tested() -> None:
    checklist = CHECKLIST.read_text()
    requirements = (Path(__file__).parent / "cdktn.txt").read_text()
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", requirements, re.MULTILINE))
    assert f'cdktn = "=={pinned["cdktn"]}"' in checklist
    assert f'cdktn-provider-aws = "=={pinned["cdktn-provider-aws"]}"' in checklist
    assert f'"cdktn-cli": "{pinned["cdktn"]}"' in checklist
    _, provider = CDK_TERRAIN.in_each_stack["terraform", "required_providers", "aws", "version"]
    assert f"PROVIDER_VERSION = {provider}" in checklist
