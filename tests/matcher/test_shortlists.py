"""Shortlists: everything that hangs on a match, and verdicts that come and go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.cases import Cases
from corpora.errors import BadRequest, UnknownRecord
from corpora.store import Store
from matcher.service import Service
from matcher.shortlists import MAX_NOTE, candidates, give_verdict, undo_verdict, verdicts_of

PAIR = ("n-nuts-01", "a-nuts-02")


@pytest.fixture
def store(demo: Service, tmp_path: Path) -> Iterator[Store]:
    """A copy of the demo's store, to write in."""
    demo.store.copy_to(tmp_path / "shuanglian.db")
    opened = Store(tmp_path)
    yield opened
    opened.close()
    shutil.rmtree(tmp_path)


def test_evidence_is_laid_out_beside_what_is_asked(demo: Service) -> None:
    found = demo.match_need("n-nuts-01", top=3)
    best = candidates(demo.store, found.query, found.matches, "")[0]
    assert [line.answer for line in best.lines] == found.matches[0].evidence
    for line in best.lines:
        assert "".join(piece.text for piece in line.asked) == line.answer.asked
        assert "".join(piece.text for piece in line.quote) == (
            line.answer.quote if line.answer.answered else ""
        )
        assert line.is_shown == (line.answer.answered or line.answer.is_indicator)
    assert any(piece.shared for line in best.lines for piece in line.quote)


def test_verdicts_and_cases_come_with_their_pairs_either_way(demo: Service, store: Store) -> None:
    give_verdict(store, *PAIR, 2, "甲", "看过")
    give_verdict(store, *PAIR, 3, "乙")
    opened = Cases(store).add(*PAIR, "甲", "", {})
    for found in (demo.match_need(PAIR[0], 5), demo.match_achievement(PAIR[1], 5)):
        listed = candidates(store, found.query, found.matches, "甲")
        (one,) = (each for each in listed if each.case)
        assert (one.match.need.id, one.match.achievement.id) == PAIR
        assert one.case == opened
        assert one.verdicts.mine
        assert (one.verdicts.mine.level, one.verdicts.mine.note) == (2, "看过")
        assert {each.author for each in one.verdicts.others} == {"demo", "乙"}
        assert [each.verdicts.mine for each in listed if each is not one] == [None] * (len(listed) - 1)


def test_a_verdict_takes_the_place_of_the_one_before_and_gives_it_back(store: Store) -> None:
    assert give_verdict(store, *PAIR, 2, "甲", " 第一眼 ") is None
    before = give_verdict(store, *PAIR, 4, "甲")
    assert before
    mine = verdicts_of(store, *PAIR, "甲").mine
    assert mine
    # Without a note the earlier one stays; an empty one takes it away.
    assert (mine.level, mine.note) == (4, "第一眼")
    give_verdict(store, *PAIR, 4, "甲", "")
    undo_verdict(store, *PAIR, before.level, "甲", before.note)
    mine = verdicts_of(store, *PAIR, "甲").mine
    assert mine
    assert (mine.level, mine.note) == (2, "第一眼")
    undo_verdict(store, *PAIR, 0, "甲")
    undo_verdict(store, *PAIR, 0, "甲")
    assert verdicts_of(store, *PAIR, "甲").mine is None
    assert [one.author for one in verdicts_of(store, *PAIR, "甲").others] == ["demo"]


@pytest.mark.parametrize("level", [0, 5, -1, 10**9])
def test_what_is_no_level_is_refused(store: Store, level: int) -> None:
    with pytest.raises(BadRequest, match=str(level)):
        give_verdict(store, *PAIR, level, "甲")


def test_notes_are_text_of_a_bounded_length(store: Store) -> None:
    give_verdict(store, *PAIR, 3, "甲", "一\x00二\ud800\n三" + "字" * (MAX_NOTE - 6))
    mine = verdicts_of(store, *PAIR, "甲").mine
    assert mine
    assert mine.note.startswith("一 二 \n三字")
    with pytest.raises(BadRequest, match=str(MAX_NOTE + 1)):
        give_verdict(store, *PAIR, 1, "甲", "字" * (MAX_NOTE + 1))
    assert verdicts_of(store, *PAIR, "甲").mine == mine


@pytest.mark.parametrize(
    ("need_id", "achievement_id"), [("没有", "a-nuts-02"), ("n-nuts-01", "没有"), ("", "")]
)
def test_an_unknown_record_has_no_verdict(store: Store, need_id: str, achievement_id: str) -> None:
    with pytest.raises(UnknownRecord):
        give_verdict(store, need_id, achievement_id, 3, "甲")
