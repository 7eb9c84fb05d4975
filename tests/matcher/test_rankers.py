"""Which ranker is in use, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import BadRequest
from matcher import rankers
from models.ranker import Ranker


def test_a_learnt_ranker_is_used_and_the_one_before_comes_back(tmp_path: Path) -> None:
    assert rankers.in_use(tmp_path) is None
    first = rankers.switch_to(tmp_path, Ranker.load())
    second = rankers.switch_to(tmp_path, Ranker.load())
    assert rankers.in_use(tmp_path) == second != first
    learnt, shipped = Ranker.load(second), Ranker.load()
    assert rankers.learnt_at(shipped) is None
    when = rankers.learnt_at(learnt)
    assert when is not None
    assert learnt.manifest_ == shipped.manifest_ | {"learnt_at": when.isoformat()}
    assert rankers.roll_back(tmp_path) == first
    assert rankers.roll_back(tmp_path) is None
    with pytest.raises(BadRequest, match="shipped"):
        rankers.roll_back(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"line": 3}', "{", "\u0000"])
def test_a_damaged_note_is_one_clear_line(tmp_path: Path, content: str) -> None:
    (tmp_path / rankers.FOLDER).mkdir()
    (tmp_path / rankers.FOLDER / "in_use.json").write_text(content)
    for ask in (rankers.in_use, rankers.roll_back):
        with pytest.raises(BadRequest, match="delete it") as caught:
            ask(tmp_path)
        assert "\n" not in str(caught.value)


def test_rolled_back_and_learnt_anew_the_way_back_leads_past_what_was_left(tmp_path: Path) -> None:
    first, left = (rankers.switch_to(tmp_path, Ranker.load()) for _ in range(2))
    rankers.roll_back(tmp_path)
    rankers.switch_to(tmp_path, Ranker.load())
    assert rankers.roll_back(tmp_path) == first
    assert left.is_dir()
