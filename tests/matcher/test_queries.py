"""Queries: read from addresses and saved searches, written back as they were, refused where they make no sense."""

from __future__ import annotations

import pytest

from corpora.errors import BadRequest
from corpora.vocabulary import Kind
from matcher.queries import MAX_TEXT, MAX_WORDS, Query, Sort


def test_what_is_written_down_reads_back() -> None:
    said = {
        "kind": "need", "q": "板栗 褐变", "county": ["商州区", "洛南县"], "modes": ["joint"],
        "min_stage": "3", "max_stage": "6", "days": "90", "sort": "newest", "page": "2",
    }  # fmt: skip
    query = Query.read(said)
    assert query.as_mapping() == said
    assert Query.read(query.as_mapping()) == query
    assert query.stated() == (
        "需求，“板栗 褐变”，商州区，洛南县，合作开发，TRL 3 及以上，TRL 6 及以下，近 90 天",
        'needs, "板栗 褐变", 商州区, 洛南县, joint development, TRL 3 or more, TRL 6 or less, last 90 days',
    )


def test_what_is_as_usual_need_not_be_said() -> None:
    assert Query.read({}) == Query()
    assert (
        Query.read({"q": [" "], "kind": "", "page": [""], "county": ["", " "], "csrf_token": "x"}) == Query()
    )
    assert Query().as_mapping() == {"kind": "achievement"}
    assert Query.read({"kind": "organization", "modes": ["joint"]}) == Query(Kind.ORGANIZATION)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kind": "patent"}, "patent"),
        ({"sort": "best"}, "best"),
        ({"page": "0"}, "0"),
        ({"page": "-1"}, "-1"),
        ({"page": "²"}, "²"),
        ({"page": "9" * 5000}, "999"),
        ({"min_stage": "10"}, "10"),
        ({"min_stage": "7", "max_stage": "3"}, "7"),
        ({"days": "31"}, "31"),
        ({"modes": ["joint", "<script>"]}, "<script>"),
        ({"kind": "organization", "tier": "big"}, "big"),
        ({"county": [str(n) for n in range(40)]}, "40"),
        ({"county": "县" * 600}, "县县"),
        ({"q": "板" * (MAX_TEXT + 1)}, str(MAX_TEXT + 1)),
        ({"q": " ".join(f"词{n}" for n in range(MAX_WORDS + 1))}, str(MAX_WORDS + 1)),
    ],
)
def test_nonsense_is_refused_and_named(said: dict[str, object], told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        Query.read(said)
    assert told in caught.value.zh
    assert told in caught.value.en


def test_narrowing_and_widening_begin_at_the_first_page() -> None:
    query = Query.read({"q": "板栗", "county": "商州区", "min_stage": "4", "page": "3"})
    more = query.toggled("county", "洛南县")
    assert (more.facets["county"], more.page) == (("商州区", "洛南县"), 1)
    assert more.toggled("county", "商州区").facets["county"] == ("洛南县",)
    for one in query.chosen:
        query = query.without(one)
    assert query == Query(text="板栗", facets={"county": ()})
    assert query.as_mapping() == {"kind": "achievement", "q": "板栗"}


def test_another_kind_keeps_what_it_has_too() -> None:
    query = Query.read(
        {"q": "板栗", "county": "商州区", "institution": "甲", "min_stage": "4", "sort": "newest"}
    )
    other = query.of_kind(Kind.NEED)
    assert (other.facets, other.min_stage, other.sort) == ({"county": ("商州区",)}, 4, Sort.NEWEST)
    assert query.of_kind(Kind.ORGANIZATION).min_stage is None
