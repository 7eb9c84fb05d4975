"""Rules: each of the shipped ones holds where it should, and a file that is wrong is told where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import BadRequest
from matcher.chainmap.integration import Numbers
from matcher.chainmap.verdicts import (
    decide,
    numbers_by_name,
    read_rules,
    rules_in_use,
    rules_told,
    shipped_rules,
)

GOOD = "rules:\n- {id: all, verdict: balanced, when: [], zh: 平, en: even}\n"


def rules(when: str, zh: str = "句子", en: str = "sentence") -> str:
    return f"rules:\n- id: mine\n  verdict: fill\n  when: [{when!r}]\n  zh: {zh!r}\n  en: {en!r}\n" + GOOD[7:]


@pytest.mark.parametrize(
    ("numbers", "rule", "verdict"),
    [
        (Numbers(), "thin", "thin"),
        (Numbers(needs=1, unmet=1, achievements=1, dependants=9), "thin", "thin"),
        (Numbers(achievements=3), "build-supply", "build"),
        (Numbers(elements=3, topics=1), "build-topic", "build"),
        (Numbers(needs=3, met=1, unmet=2, firms=4), "fill-unmet", "fill"),
        (Numbers(achievements=3, dependants=1), "fill-dependants", "fill"),
        (Numbers(needs=2, met=2, firms=1, dependants=2), "fill-single", "fill"),
        (Numbers(needs=4, met=2, unmet=2, firms=2, local_achievements=3, achievements=9), "upgrade", "upgrade"),
        # As many achievements of the city's own as needs: nothing to upgrade.
        (Numbers(needs=3, met=2, unmet=1, firms=2, local_achievements=3, achievements=3), "balanced", "balanced"),
        (Numbers(needs=2, met=2, firms=1, dependants=1), "balanced", "balanced"),
        # Firms that stand on the whole node may do this part of it too.
        (Numbers(achievements=3, dependants=1, wider_firms=2), "quiet", "balanced"),
        (Numbers(needs=2, met=2, firms=1, wider_firms=1, dependants=2), "balanced", "balanced"),
        (Numbers(firms=2, elements=1), "quiet", "balanced"),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(numbers: Numbers, rule: str, verdict: str) -> None:
    found = decide(shipped_rules(), numbers)
    assert (found.text.id, found.text.verdict) == (rule, verdict)


def test_a_rule_says_why_with_the_numbers_that_it_speaks_of() -> None:
    numbers = Numbers(needs=5, met=1, unmet=4, firms=2)
    rule = decide(shipped_rules(), numbers)
    zh, en = rule.said(numbers_by_name(numbers))
    assert "5" in zh
    assert "4" in zh
    assert en == "4 of 5 needs have no adequate answer"
    assert rule.names == ("needs", "met", "unmet")


@pytest.mark.parametrize(
    ("when", "numbers", "holds"),
    [
        ("unmet / needs >= 0.5", Numbers(needs=4, unmet=2, met=2), True),
        ("unmet / needs >= 0.5", Numbers(needs=4, unmet=1, met=3), False),
        # Nothing is no share of nothing.
        ("unmet / needs <= 1", Numbers(), False),
        ("firms + leaders == 3", Numbers(firms=2, leaders=1), True),
        ("records - needs != 0", Numbers(needs=2, unmet=2), False),
        ("met * 2 < needs", Numbers(needs=5, met=2, unmet=3), True),
        ("3 > firms", Numbers(firms=3), False),
    ],
)
def test_a_condition_compares_two_terms(when: str, numbers: Numbers, holds: bool) -> None:
    assert decide(read_rules(rules(when), "x"), numbers).text.id == ("mine" if holds else "all")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("rules: []", "rules"),
        ("- 1", "rules"),
        ("rules: {a: [", "YAML"),
        (rules("firms >"), "mine"),
        (rules("firms > 1 and needs > 2"), "firms > 1 and needs > 2"),
        (rules("__import__('os') > 1"), "__import__"),
        (rules("fims > 1"), "fims"),
        (rules("firms > 1", zh="{fims}"), "fims"),
        (rules("firms > 1", zh="{firms.__class__}"), "firms.__class__"),
        (rules("firms > 1", en="{firms"), "{firms"),
        (rules("firms > 1", en="{0}"), "0"),
        (GOOD.replace("balanced", "excellent"), "excellent"),
        (GOOD.replace("id: all", "id: All Of It"), "All Of It"),
        (GOOD.replace("when: []", "when: [firms > 1]"), "all"),
        (GOOD + GOOD[7:], "all"),
        (GOOD.replace("}", ", why: 3}"), "why"),
    ],
)
def test_a_wrong_file_is_told_by_name_rule_and_reason(text: str, says: str) -> None:
    with pytest.raises(BadRequest) as error:
        read_rules(text, "mine.yaml")
    assert says in str(error.value)
    assert "mine.yaml" in error.value.zh
    assert "mine.yaml" in error.value.en
    assert "\n" not in str(error.value)


def test_an_installation_has_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD, "utf-8")
    assert [one.text.id for one in rules_in_use(path)] == ["all"]
    assert rules_in_use(None) == shipped_rules()
    for content in (b"\xff\xfe\x00", b"#" * 200_000):
        path.write_bytes(content)
        with pytest.raises(BadRequest, match="MATCHER_MAP_RULES"):
            rules_in_use(path)
    with pytest.raises(BadRequest, match="MATCHER_MAP_RULES"):
        rules_in_use(tmp_path / "none.yaml")


def test_rules_are_read_back_from_what_a_map_tells() -> None:
    assert rules_told(one.text for one in shipped_rules()) == shipped_rules()
