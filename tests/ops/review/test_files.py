"""A file of a report is whole or as it was."""

from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.review.files import require_writable, write_whole

pytestmark = pytest.mark.unit


def test_a_file_is_replaced_and_nothing_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "r.md"
    file.write_text("old")
    require_writable(file)
    assert file.read_text() == "old"
    write_whole(file, "new ✓")
    assert file.read_text(encoding="utf-8") == "new ✓"
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "r.md"
    file.write_text("old")

    def fill_the_disk(path: Path, text: str, encoding: str) -> None:
        with path.open("w", encoding=encoding) as half:
            half.write(text[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fill_the_disk)
    with pytest.raises(OpsError, match=r"r\.md cannot be written \(No space left on device\)"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
