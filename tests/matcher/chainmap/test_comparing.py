"""Comparing: what changed between two maps, from what is kept of them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from corpora.errors import BadRequest
from matcher.chainmap.comparing import compare, summary
from matcher.chainmap.integration import VerdictKind
from tests.matcher.chainmap.making import ENERGY, NUTS, answer, chart, firm, need


def test_what_changed_is_told() -> None:
    before = chart(
        [need("n1", "nuts/storage"), need("n2", "nuts/storage", answers=[answer("a", 0.9)]), need("gone", "nuts/shells")],
        {"nuts/storage": VerdictKind.FILL},
    )  # fmt: skip
    after = chart(
        [
            need("n1", "nuts/storage", answers=[answer("a", 0.9)]),
            need("n2", "nuts/storage"),
            need("new", "nuts/storage"),
            firm("o1", "nuts/storage"),
        ],
        {"nuts/storage": VerdictKind.UPGRADE},
    )
    after = after.model_copy(update={"date": date(2026, 12, 31)})
    found = compare(summary(before), summary(after))
    assert (found.before, found.after) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (found.newly_met, found.newly_unmet) == (("n1",), ("n2",))
    assert (found.needs_new, found.needs_gone) == (("new",), ("gone",))
    (changed,) = found.verdicts
    assert (changed.key, changed.zh, changed.chain_zh) == ("nuts/storage", "采后贮运与保鲜", "板栗核桃")
    assert (changed.verdict_before, changed.verdict_after) == (VerdictKind.FILL, VerdictKind.UPGRADE)
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.needs, changed.after.needs, changed.after.firms) == (2, 3, 1)
    # The orchards supply the stores: they have a dependant now.
    assert {one.key for one in found.nodes} == {"nuts/storage", "nuts/shells", "nuts/orchards"}


def test_a_map_is_as_it_was_beside_itself() -> None:
    one = summary(chart([need("n1", "nuts/storage")]))
    assert compare(one, json.loads(json.dumps(one))).is_empty


def test_a_chain_that_came_or_went_is_told() -> None:
    found = compare(summary(chart([], chains=[NUTS])), summary(chart([], chains=[ENERGY])))
    assert {one.key: (one.before is None, one.after is None) for one in found.nodes}["nuts/shells"] == (
        False,
        True,
    )
    assert {one.key: (one.before is None, one.after is None) for one in found.nodes}["energy/cells"] == (
        True,
        False,
    )


def test_what_is_kept_names_no_record() -> None:
    assert "的难题" not in json.dumps(summary(chart([need("n1", "nuts/storage")])), ensure_ascii=False)


@pytest.mark.parametrize(
    "said", [{}, {"date": "x"}, {"date": "2026-12-01", "numbers": {}, "nodes": {"a": 1}}]
)
def test_what_is_no_summary_is_told_in_one_line(said: dict[str, object]) -> None:
    with pytest.raises(BadRequest) as error:
        compare(said, summary(chart()))
    assert "\n" not in str(error.value)
