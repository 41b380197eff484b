"""The parts of the project keep apart: what may import what."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PARTS = {"bootstrap", "config", "dashboard", "ops", "stacks"}
MAY_IMPORT = {
    "bootstrap": set[str](),
    "config": set[str](),
    "dashboard": set[str](),
    "ops": {"config"},
    "stacks": {"config"},
}


def imported_packages(source: str) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_imports_only_what_it_may(part: str) -> None:
    files = list((ROOT / part).rglob("*.py"))
    assert files
    for file in files:
        strangers = (imported_packages(file.read_text()) & PARTS) - MAY_IMPORT[part] - {part}
        assert not strangers, f"{file.relative_to(ROOT)} imports {strangers}"


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    import sys

    for file in (ROOT / "bootstrap").rglob("*.py"):
        outside = imported_packages(file.read_text()) - sys.stdlib_module_names - {"bootstrap"}
        assert not outside, f"{file.relative_to(ROOT)} imports {outside}"


def test_an_import_inside_a_function_is_seen() -> None:
    assert imported_packages("def f():\n    from stacks.app import compose\n") == {"stacks"}
