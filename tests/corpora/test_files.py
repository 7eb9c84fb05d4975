"""Files and folders that are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.errors import DataFolderTrouble
from corpora.files import replacing_files, replacing_folder


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    (made / "b").mkdir(parents=True)
    for name in ("a", "b/inner", "c", "other"):
        (made / name).write_text("old")
    return made


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Let a path be held open by another program: it may go away, but nothing may take its place."""

    def hold(path: Path) -> None:
        real = os.replace

        def replace(source: Path, target: Path) -> None:
            if Path(target) == path and "new" in Path(source).parts[-2:]:
                raise PermissionError(errno.EACCES, "held", str(target))
            real(source, target)

        monkeypatch.setattr(os, "replace", replace)

    return hold


def test_files_of_the_same_name_are_replaced_and_others_stay(folder: Path) -> None:
    with replacing_files(folder, "c", "never") as new:
        (new / "a").write_text("new")
        (new / "b").mkdir()
        (new / "d").write_text("new")
    assert contents(folder) == {"a": "new", "d": "new", "other": "old"}
    assert {path.name for path in folder.iterdir()} == {"a", "b", "d", "other"}


def test_an_error_in_the_block_leaves_all_as_it_was(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(ValueError, match="no number"), replacing_files(folder, "c") as new:  # noqa: PT012
        (new / "a").write_text("new")
        raise ValueError("no number")
    assert contents(folder) == before
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize("name", ["a", "b", "d"])
def test_a_file_that_cannot_be_put_in_place_leaves_all_as_it_was(
    folder: Path, held: Callable[[Path], None], name: str
) -> None:
    before = contents(folder)
    held(folder / name)
    with pytest.raises(DataFolderTrouble, match="no permission"), replacing_files(folder, "c") as new:  # noqa: PT012
        for each in ("a", "b", "d"):
            (new / each).write_text("new")
    assert contents(folder) == before
    assert {path.name for path in folder.iterdir()} == {"a", "b", "c", "other"}


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(
    folder: Path, held: Callable[[Path], None]
) -> None:
    before = contents(folder)
    held(folder)
    with pytest.raises(DataFolderTrouble, match="no permission"), replacing_folder(folder) as new:
        (new / "a").write_text("new")
    assert contents(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_takes_the_place_of_the_old_one_whole(folder: Path) -> None:
    with replacing_folder(folder) as new:
        (new / "a").write_text("new")
    assert contents(folder) == {"a": "new"}
    assert list(folder.parent.iterdir()) == [folder]
