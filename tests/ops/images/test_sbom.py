"""What an image holds, told by its sources."""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from ops.errors import OpsError
from ops.images.sbom import make_sbom
from ops.images.stand_in import SOURCES
from tests.ops.images.conftest import TIME, prod_settings

pytestmark = pytest.mark.unit

DIGEST = f"sha256:{'d' * 64}"
PINNED = f"sha256:{'b' * 64}"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12 AS a\nFROM scratch AS b\nFROM a\n")
    (tmp_path / "requirements.txt").write_text("")
    return tmp_path


def made(sources: Path = SOURCES, digest: str | None = DIGEST) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        make_sbom(prod_settings(), "1.4.0", created=TIME, digest=digest, sources=sources)
    )
    return found


@pytest.mark.parametrize("digest", [DIGEST, None])
def test_it_is_valid_cyclonedx(digest: str | None) -> None:
    with warnings.catch_warnings(action="error"):
        document = make_sbom(prod_settings(), "1.4.0", created=TIME, digest=digest).decode()
    # Not the error itself where there is one, which prints the whole schema.
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    assert str(error)[:200] == "None"
    assert json.loads(document)["specVersion"] == "1.6"


def test_it_is_the_same_every_time() -> None:
    assert make_sbom(prod_settings(), "1", created=TIME) == make_sbom(prod_settings(), "1", created=TIME)


def test_it_is_that_of_the_image() -> None:
    found = made()
    assert found["metadata"]["timestamp"] == TIME.isoformat()
    assert found["metadata"]["component"] == {
        "bom-ref": f"pkg:oci/plotly-dash@{DIGEST}?tag=1.4.0",
        "hashes": [{"alg": "SHA-256", "content": "d" * 64}],
        "name": "plotly-dash",
        "purl": f"pkg:oci/plotly-dash@{DIGEST}?tag=1.4.0",
        "type": "container",
        "version": "1.4.0",
    }
    assert made()["serialNumber"] != made(digest=None)["serialNumber"]


def test_it_has_every_package_of_the_image_with_its_hashes() -> None:
    found = {part["name"]: part for part in made()["components"] if part["type"] == "library"}
    lines = [line for line in (SOURCES / "requirements.txt").read_text().splitlines() if line[0] != "#"]
    named = {re.split(r"[=\[]", line)[0]: line for line in lines}
    assert len(found) > 30
    assert found.keys() == named.keys() - {"setuptools"}  # which the Dockerfile takes away
    for name, part in found.items():
        version = part["version"]
        assert f"=={version}" in named[name].split(";")[0]
        assert part["purl"] == f"pkg:pypi/{name}@{version}"
        (files,) = part["externalReferences"]
        assert {entry["content"] for entry in files["hashes"]} == set(re.findall(r"sha256:(\w+)", named[name]))
        assert {entry["alg"] for entry in files["hashes"]} == {"SHA-256"}


def test_the_image_depends_on_its_parts() -> None:
    found = made()
    (image,) = [entry for entry in found["dependencies"] if "dependsOn" in entry]
    assert image["ref"] == found["metadata"]["component"]["bom-ref"]
    assert set(image["dependsOn"]) == {part["bom-ref"] for part in found["components"]}


@pytest.mark.parametrize(
    ("dockerfile", "name", "version", "purl"),
    [
        ("ARG BASE=python:3.12-slim\nFROM ${BASE} AS a\n", "python", "3.12-slim", "pkg:docker/python@3.12-slim"),
        (f"FROM python:3.12@{PINNED}\n", "python", "3.12", f"pkg:docker/python@{PINNED}"),
        ("ARG A=x\nFROM a:1\nFROM --platform=linux/amd64 gcr.io/b/c:2\n", "gcr.io/b/c", "2", "pkg:docker/gcr.io/b/c@2"),
        ("FROM localhost:5000/c:2\n", "localhost:5000/c", "2", "pkg:docker/localhost:5000/c@2"),
    ],
)
def test_it_has_the_base_image(dockerfile: str, name: str, version: str, purl: str, sources: Path) -> None:
    (sources / "Dockerfile").write_text(dockerfile)
    (base,) = made(sources)["components"]
    assert (base["type"], base["name"], base["version"]) == ("container", name, version)
    assert base["purl"].replace("%3A", ":") == purl
    assert base.get("hashes", []) == ([{"alg": "SHA-256", "content": "b" * 64}] if PINNED in dockerfile else [])


def test_continued_lines_are_one_requirement(sources: Path) -> None:
    one, other = "1" * 64, "2" * 64
    (sources / "requirements.txt").write_text(
        f"# pinned\n\na==1 \\\n  --hash=sha256:{one} \\\n  --hash=sha256:{other}\n"
    )
    (part,) = (part for part in made(sources)["components"] if part["type"] == "library")
    assert [entry["content"] for entry in part["externalReferences"][0]["hashes"]] == [one, other]


def test_a_requirement_that_is_not_pinned_is_an_error(sources: Path) -> None:
    (sources / "requirements.txt").write_text("dash>=4\n")
    with pytest.raises(OpsError, match=r"requirements\.txt: 'dash>=4' is not `name==version`"):
        made(sources)


@pytest.mark.parametrize("name", ["Dockerfile", "requirements.txt"])
def test_a_file_that_is_not_there_is_named(name: str, sources: Path) -> None:
    (sources / name).unlink()
    with pytest.raises(OpsError, match=f"/{name} cannot be read"):
        made(sources)


def test_a_dockerfile_without_a_base_is_an_error(sources: Path) -> None:
    (sources / "Dockerfile").write_text("RUN true\n")
    with pytest.raises(OpsError, match="dashboard/Dockerfile has no FROM"):
        made(sources)
