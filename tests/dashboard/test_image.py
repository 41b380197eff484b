"""The Dockerfile and its requirements, by their content: no Docker engine is needed."""

import json
import re
from pathlib import Path

import pytest

from dashboard.config import Config

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dashboard"


def read_instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions: keyword and arguments, continued lines joined, comments dropped."""
    lines = [line for line in (FOLDER / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(keyword, rest) for keyword, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def read_stage(name: str) -> list[tuple[str, str]]:
    instructions = read_instructions()
    start = instructions.index(("FROM", f"${{BASE}} AS {name}"))
    end = next((i for i, (word, _) in enumerate(instructions) if word == "FROM" and i > start), len(instructions))
    return instructions[start:end]


def values(stage: list[tuple[str, str]], keyword: str) -> list[str]:
    return [rest for word, rest in stage if word == keyword]


def test_both_stages_stand_on_one_base_pinned_to_a_patch_release() -> None:
    instructions = read_instructions()
    (base,) = values(instructions, "ARG")
    assert re.fullmatch(r"BASE=python:3\.\d+\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", base)
    assert values(instructions, "FROM") == ["${BASE} AS builder", "${BASE} AS final"]


def test_the_pythons_of_image_and_cleanup_agree() -> None:
    (base,) = values(read_instructions(), "ARG")
    minor = re.search(r"python:(3\.\d+)", base)
    assert minor is not None
    assert f"/usr/local/lib/python{minor[1]}/ensurepip" in values(read_stage("final"), "RUN")[0]


def test_packages_are_installed_by_hash_from_wheels_in_the_builder_only() -> None:
    (install,) = (run for run in values(read_stage("builder"), "RUN") if " install " in run)
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "--requirement /build/requirements.txt"):
        assert option in install
    assert not any("install " in run.replace("uninstall ", "") for run in values(read_stage("final"), "RUN"))


def test_the_final_stage_has_no_installer() -> None:
    assert "pip uninstall --yes --root-user-action ignore pip" in values(read_stage("final"), "RUN")[0]
    assert "--without-pip" in values(read_stage("builder"), "RUN")[0]


def test_it_runs_as_a_fixed_user_that_is_not_root() -> None:
    final = read_stage("final")
    (user,) = values(final, "USER")
    uid, gid = map(int, user.split(":"))
    assert uid > 0
    assert gid > 0
    created = values(final, "RUN")[0]
    assert f"--uid {uid}" in created
    assert f"--gid {gid}" in created
    words = [word for word, _ in final]
    assert not {"RUN", "COPY", "ADD"} & set(words[words.index("USER") :])


def test_it_starts_the_server_on_the_documented_port_from_app() -> None:
    final = read_stage("final")
    assert values(final, "WORKDIR") == ["/app"]
    assert values(final, "EXPOSE") == [str(Config(bucket_name="any").port)]
    assert json.loads(values(final, "CMD")[0]) == ["python", "-m", "dashboard"]


def test_the_health_check_asks_the_dashboard() -> None:
    (check,) = values(read_stage("final"), "HEALTHCHECK")
    assert json.loads(check.partition(" CMD ")[2]) == ["python", "-m", "dashboard.healthcheck"]
    assert (FOLDER / "healthcheck.py").is_file()


def test_output_is_unbuffered_and_no_bytecode_is_written_at_run_time() -> None:
    (environment,) = values(read_stage("final"), "ENV")
    assert "PYTHONUNBUFFERED=1" in environment
    assert "PYTHONDONTWRITEBYTECODE=1" in environment
    assert any("compileall" in run for run in values(read_stage("builder"), "RUN"))


def test_the_pages_files_are_compressed_before_the_bytecode_is_made_and_not_at_run_time() -> None:
    (make,) = (run for run in values(read_stage("builder"), "RUN") if "precompress" in run)
    assert (FOLDER / "precompress.py").is_file()
    # -B: bytecode written here would be told apart from its source by times, which COPY does not keep.
    assert values(read_stage("builder"), "WORKDIR") == ["/app"]
    assert make.index("&& /venv/bin/python -B -m dashboard.precompress") < make.index("compileall")
    assert not any("precompress" in run for run in values(read_stage("final"), "RUN"))


def test_the_final_stage_adds_no_packages() -> None:
    assert not any(
        re.search(r"\b(apt|apt-get|apk|pip install|curl|wget)\b", run) for run in values(read_stage("final"), "RUN")
    )


def test_memory_is_not_spread_over_many_heaps() -> None:
    (environment,) = values(read_stage("final"), "ENV")
    assert "MALLOC_ARENA_MAX=2" in environment.split()


def test_the_image_holds_no_secrets_and_no_settings() -> None:
    text = (FOLDER / "Dockerfile").read_text()
    assert not re.search(r"AWS_|SECRET|TOKEN|PASSWORD|BUCKET_NAME", text, re.IGNORECASE)
    assert not values(read_instructions(), "ADD")


def test_requirements_are_what_the_lock_file_says() -> None:
    locked = json.loads((ROOT / "Pipfile.lock").read_text())["dashboard"]
    expected = {name: (package["version"], sorted(package["hashes"])) for name, package in locked.items()}
    lines = (FOLDER / "requirements.txt").read_text().splitlines()
    found = {}
    for line in (line for line in lines if not line.startswith("#")):
        pin = re.match(r"(?P<name>[a-z0-9._-]+)(\[[a-z,]+\])?(?P<version>==[^\s;]+)", line)
        assert pin is not None, line
        found[pin["name"]] = (pin["version"], sorted(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)))
    assert found == expected
