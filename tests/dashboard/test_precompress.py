import gzip
from pathlib import Path

import brotli
import pytest
from dash import Dash

from dashboard import precompress
from dashboard.static_files import package_file

pytestmark = pytest.mark.unit

TEXT = "a { color: red }\n" * 100


def test_a_text_gets_a_copy_in_each_encoding(tmp_path: Path) -> None:
    path = tmp_path / "theme.min.css"
    path.write_text(TEXT)

    size = precompress.precompress(path)

    copies = {copy.name: copy.read_bytes() for copy in tmp_path.iterdir() if copy != path}
    assert copies.keys() == {"theme.min.css.br", "theme.min.css.gz"}
    assert brotli.decompress(copies["theme.min.css.br"]).decode() == TEXT
    assert gzip.decompress(copies["theme.min.css.gz"]).decode() == TEXT
    assert size == len(copies["theme.min.css.br"])


@pytest.mark.parametrize("name", ["small.css", "photo.png", "theme.css.gz", "missing.js"])
def test_what_cannot_gain_gets_none(tmp_path: Path, name: str) -> None:
    if name != "missing.js":
        (tmp_path / name).write_text("a {}" if name == "small.css" else TEXT)
    assert precompress.precompress(tmp_path / name) == 0
    assert len(list(tmp_path.iterdir())) == (name != "missing.js")


def test_every_file_of_the_page_is_found(app: Dash) -> None:
    found = set(precompress.files(app))
    assert {
        package_file("dash", "dcc/async-graph.js"),
        package_file("dash", "dash-renderer/build/dash_renderer.min.js"),
        package_file("plotly", "package_data/plotly.min.js"),
        *Path(app.config.assets_folder).glob("*.css"),
    } <= found


def test_the_image_build_fails_if_nothing_was_compressed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(precompress, "files", lambda _app: iter(()))
    assert precompress.main() == 1
    assert "nothing was compressed" in capsys.readouterr().err


def test_the_command_tells_what_was_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "large.js"
    path.write_text("x" * 1_000_000)
    monkeypatch.setattr(precompress, "files", lambda _app: iter([path]))
    assert precompress.main() == 0
    assert capsys.readouterr().out == "1 files: 1.0 MB, 0.0 MB compressed\n"
