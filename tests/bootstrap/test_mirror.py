"""Provider mirrors: found where Terraform and the machine keep them, used without being asked."""

import json
from importlib.metadata import metadata
from pathlib import Path

import pytest

from bootstrap import mirror
from bootstrap.errors import BootstrapError
from bootstrap.paths import Paths

pytestmark = pytest.mark.unit

PLATFORM = "linux_amd64"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "checkout")


def make_mirror(folder: Path, *, packed: bool = False, version: str = mirror.PROVIDER_VERSION) -> Path:
    provider = folder / "registry.terraform.io" / "hashicorp" / "aws"
    if packed:
        provider.mkdir(parents=True)
        (provider / f"terraform-provider-aws_{version}_{PLATFORM}.zip").touch()
    else:
        (provider / version / PLATFORM).mkdir(parents=True)
    return folder


def mirror_of(config: Path | None) -> str:
    """Return the mirror that a configuration names."""
    assert config is not None
    line = next(line for line in config.read_text().splitlines() if " path " in line)
    return str(json.loads(line.partition("=")[2]))


def test_without_a_mirror_the_configuration_is_left_to_terraform(paths: Paths, tmp_path: Path) -> None:
    assert mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [tmp_path / "opt"]) is None


@pytest.mark.parametrize("packed", [True, False])
def test_any_folder_below_those_of_the_machine_is_found(paths: Paths, tmp_path: Path, packed: bool) -> None:
    (tmp_path / "opt" / "another").mkdir(parents=True)
    folder = make_mirror(tmp_path / "opt" / 'with "quotes"', packed=packed)
    config = mirror.configure(paths, {}, PLATFORM, [tmp_path / "nonexistent", tmp_path / "opt"])
    assert mirror_of(config) == str(folder)


def test_the_machine_folders_are_those_of_the_documentation() -> None:
    assert [str(folder) for folder in mirror.MACHINE_FOLDERS] == ["/opt", "/usr/share", "/usr/local/share"]


@pytest.mark.parametrize(
    ("folder", "env"),
    [
        ("home/.terraform.d/plugins", {}),
        ("home/.local/share/terraform/plugins", {}),
        ("data/terraform/plugins", {"XDG_DATA_HOME": "{root}/data"}),
        ("more/terraform/plugins", {"XDG_DATA_DIRS": "/nonexistent:{root}/more"}),
        ("checkout/terraform.d/plugins", {}),
    ],
)
def test_implied_directories_of_terraform_are_found(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, env: dict[str, str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    expected = make_mirror(tmp_path / folder)
    given = {"HOME": str(tmp_path / "home")} | {name: value.format(root=tmp_path) for name, value in env.items()}
    assert mirror_of(mirror.configure(paths, given, PLATFORM, [])) == str(expected)


def test_implied_directories_of_terraform_on_macos_are_found(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    expected = make_mirror(tmp_path / "Library" / "Application Support" / "io.terraform" / "plugins")
    assert mirror_of(mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [])) == str(expected)


def test_a_mirror_of_another_version_or_platform_is_passed_over(paths: Paths, tmp_path: Path) -> None:
    make_mirror(tmp_path / "opt" / "old", version="4.0.0")
    assert mirror.configure(paths, {}, PLATFORM, [tmp_path / "opt"]) is None
    make_mirror(tmp_path / "opt" / "right")
    assert mirror.configure(paths, {}, "darwin_arm64", [tmp_path / "opt"]) is None
    assert mirror_of(mirror.configure(paths, {}, PLATFORM, [tmp_path / "opt"])) == str(tmp_path / "opt" / "right")


def test_a_configuration_that_the_user_names_is_left_alone(paths: Paths, tmp_path: Path) -> None:
    make_mirror(tmp_path / "opt" / "mirror")
    own = tmp_path / "own.tfrc"
    own.touch()
    env = {"TF_CLI_CONFIG_FILE": str(own), "HOME": str(tmp_path)}
    assert mirror.configure(paths, env, PLATFORM, [tmp_path / "opt"]) == own


@pytest.mark.parametrize(
    "own",
    [
        "provider_installation {\n  direct {}\n}\n",
        'disable_checkpoint = true\nprovider_installation { filesystem_mirror { path = "/x" } }\n',
        '{"provider_installation": {"direct": {}}}',
    ],
)
def test_a_terraformrc_that_says_where_providers_come_from_is_left_alone(
    paths: Paths, tmp_path: Path, own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_mirror(tmp_path / "opt" / "mirror")
    (tmp_path / ".terraformrc").write_text(own)
    assert mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [tmp_path / "opt"]) is None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "own",
    [
        "",
        'plugin_cache_dir = "/cache # not a comment"  # mine\ndisable_checkpoint = true',
        "# provider_installation {}\n// credentials\n/* credentials\n*/\ndisable_checkpoint = true",
    ],
)
def test_a_terraformrc_that_does_not_stays_in_force_beside_the_mirror(paths: Paths, tmp_path: Path, own: str) -> None:
    folder = make_mirror(tmp_path / "opt" / "mirror")
    (tmp_path / ".terraformrc").write_text(own)
    config = mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [tmp_path / "opt"])
    assert mirror_of(config) == str(folder)
    assert config is not None
    written = config.read_text()
    assert ("disable_checkpoint = true\n" in written) == ("disable_checkpoint" in own)
    assert ('plugin_cache_dir = "/cache # not a comment"' in written) == ("plugin_cache_dir" in own)
    # As a process that ./dashctl starts sees it.
    env = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(config)}
    assert mirror.configure(paths, env, PLATFORM, [tmp_path / "opt"]) == config
    assert config.read_text() == written


@pytest.mark.parametrize("own", ['credentials "app.terraform.io" { token = "secret" }', '{"disable_checkpoint": true}'])
def test_a_terraformrc_that_cannot_be_copied_is_left_alone_and_told(
    paths: Paths, tmp_path: Path, own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_mirror(tmp_path / "opt" / "mirror")
    (tmp_path / ".terraformrc").write_text(own)
    assert mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [tmp_path / "opt"]) is None
    told = capsys.readouterr().err
    assert f"the mirror {folder} is not used, since ~/.terraformrc holds tokens or JSON" in told
    assert f"TERRAFORM_PLUGIN_MIRROR={folder}" in told
    assert told.count("\n") == 1
    assert "secret" not in told
    assert not list(paths.root.rglob("*terraformrc*"))


def test_without_a_mirror_nothing_is_told_about_a_terraformrc(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".terraformrc").write_text('credentials "app.terraform.io" { token = "secret" }')
    assert mirror.configure(paths, {"HOME": str(tmp_path)}, PLATFORM, [tmp_path / "opt"]) is None
    assert capsys.readouterr().err == ""


def test_a_configuration_that_does_not_exist_counts_as_not_set(paths: Paths, tmp_path: Path) -> None:
    env = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    assert mirror.configure(paths, env, PLATFORM, []) is None
    make_mirror(tmp_path / "opt" / "mirror")
    ours = mirror.configure(paths, env, PLATFORM, [tmp_path / "opt"])
    # As a verb's child sees it, after the mirror has gone.
    assert ours is not None
    assert mirror.configure(paths, {"TF_CLI_CONFIG_FILE": str(ours)}, PLATFORM, []) is None


def test_the_named_mirror_comes_before_all_others(paths: Paths, tmp_path: Path) -> None:
    make_mirror(tmp_path / "opt" / "mirror")
    named = make_mirror(tmp_path / "named")
    (tmp_path / ".terraformrc").touch()
    env = {"TERRAFORM_PLUGIN_MIRROR": str(named), "HOME": str(tmp_path)}
    assert mirror_of(mirror.configure(paths, env, PLATFORM, [tmp_path / "opt"])) == str(named)


def test_a_named_mirror_without_the_provider_is_an_error(paths: Paths, tmp_path: Path) -> None:
    env = {"TERRAFORM_PLUGIN_MIRROR": str(tmp_path)}
    told = (
        f"TERRAFORM_PLUGIN_MIRROR={tmp_path} does not hold registry.terraform.io/hashicorp/aws 5.100.0 for {PLATFORM}: "
    )
    with pytest.raises(BootstrapError) as error:
        mirror.configure(paths, env, PLATFORM, [])
    assert str(error.value).startswith(told)


def test_the_configuration_is_not_written_again(paths: Paths, tmp_path: Path) -> None:
    make_mirror(tmp_path / "opt" / "mirror")
    config = mirror.configure(paths, {}, PLATFORM, [tmp_path / "opt"])
    assert config is not None
    before = config.stat().st_mtime_ns, config.stat().st_ino
    mirror.configure(paths, {}, PLATFORM, [tmp_path / "opt"])
    assert (config.stat().st_mtime_ns, config.stat().st_ino) == before


def test_the_version_is_the_one_that_the_bindings_were_made_from() -> None:
    described = metadata("cdktf-cdktf-provider-aws").get_payload()  # type: ignore[attr-defined]
    assert f"hashicorp/aws provider version {mirror.PROVIDER_VERSION}" in described
