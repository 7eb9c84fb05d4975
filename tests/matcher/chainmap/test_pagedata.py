"""What the page is sent: the map's own numbers and verdicts, nothing of contacts, nothing that breaks out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from matcher.chainmap.integration import (
    MARKS,
    NUMBERS,
    VERDICTS,
    IntegrationMap,
    Numbers,
    Overridden,
    Verdict,
    VerdictKind,
)
from matcher.chainmap.pagedata import MAX_GAPS, NUMBER_FIELDS, page_data, page_json
from matcher.chainmap.verdicts import NAMES
from tests.matcher.chainmap import making
from tests.matcher.chainmap.whole import whole


def read(chart: IntegrationMap) -> dict[str, Any]:
    return dict(json.loads(page_json(chart)))


def test_numbers_and_verdicts_are_those_of_the_map() -> None:
    chart = making.rich()
    data = read(chart)
    verdicts = list(VERDICTS)
    for sent, report in zip(data["nodes"], chart.nodes.values(), strict=True):
        assert sent["key"] == report.key
        assert dict(zip(NUMBER_FIELDS, sent["numbers"], strict=True)) == report.numbers.model_dump()
        assert verdicts[sent["verdict"]["verdict"]] is report.verdict.verdict
        assert (sent["verdict"]["zh"], sent["verdict"]["rule"]) == (report.verdict.zh, report.verdict.rule)
        scopes = {
            data["counties"][county]: (verdicts[verdict], rule, numbers)
            for county, verdict, rule, numbers in sent["counties"]
        }
        assert scopes == {
            county: (scope.verdict, scope.rule, list(scope.numbers.model_dump().values()))
            for county, scope in report.counties.items()
        }
    assert dict(zip(NUMBER_FIELDS, data["numbers"], strict=True)) == chart.numbers.model_dump()
    assert data["totals"]["records"] == 17


def test_gaps_actions_and_the_rest_name_their_records() -> None:
    data = read(whole())
    ids = [row[1] for row in data["records"]]
    gap = data["gaps"][0]
    # What is no longer on the map is counted, but not named.
    assert gap["needs"]["count"] == 3
    assert [ids[place] for place in gap["needs"]["records"]] == ["n-cold", "n-mould"]
    assert [filler[0] if filler[0] < 0 else ids[filler[0]] for filler in gap["fillers"]] == ["a-cold", -1]
    assert [ids[place] for place in gap["missing"][0]["nearest"]] == ["o-pilot"]
    (action,) = data["actions"]
    assert [data["nodes"][place]["key"] for place in action["nodes"]] == ["nuts/storage"]
    assert (action["spec"], action["institutions"], action["counties"]) == (
        "name: 板栗\n",
        ["秦岭大学"],
        ["镇安县"],
    )
    (together,) = data["collaborations"]
    assert (ids[together["leader"]], ids[together["helpers"][0][0]]) == ("o-leader", "a-colour")
    (topic,) = data["topics"]
    assert (topic["count"], [ids[place] for place in topic["records"]]) == (1, ["n-odd"])
    assert data["nodes"][topic["near"]]["key"] == "nuts/orchards"
    assert data["rules"] == [
        {
            "id": "thin",
            "verdict": list(VERDICTS).index(VerdictKind.THIN),
            "when": ["records < 3"],
            "zh": "太少",
            "en": "too few",
        }
    ]
    assert data["notes"] == [["注", "note"]]


def test_who_set_a_verdict_is_not_sent_but_why_is() -> None:
    overridden = Overridden(
        verdict=VerdictKind.BUILD, reason="园区已签约\x00", who="wang-wei", at="2026-11-20T08:00:00+00:00"
    )
    verdict = Verdict(
        verdict=VerdictKind.BUILD, rule="fill-unmet", by_rule=VerdictKind.FILL, zh="改", en="set",
        date=date(2026, 12, 1), overridden=overridden,
    )  # fmt: skip
    data = read(making.chart(verdicts={"nuts/storage": verdict}))
    told = next(node for node in data["nodes"] if node["key"] == "nuts/storage")["verdict"]
    assert (told["reason"], told["at"]) == ("园区已签约", "2026-11-20")
    assert told["by_rule"] == list(VERDICTS).index(VerdictKind.FILL)
    assert "wang-wei" not in page_json(making.chart(verdicts={"nuts/storage": verdict}))


def test_no_title_ends_the_element_that_the_data_stands_in() -> None:
    text = page_json(making.rich())
    assert not set("<>&") & set(text)
    assert making.HOSTILE in [row[2] for row in json.loads(text)["records"]]


def test_whatever_a_rule_can_compare_is_sent_with_its_labels() -> None:
    words = read(whole())["words"]
    labels = {name: (zh, en) for name, zh, en in words["numbers"]}
    assert labels == NUMBERS
    assert labels.keys() == {*Numbers.model_fields, *NAMES}
    assert len(set(labels.values())) == len(labels)
    assert {verdict: (zh, en) for verdict, zh, en in words["marks"]} == MARKS
    assert MARKS.keys() == VERDICTS.keys()


def test_the_same_map_gives_the_same_text_and_is_not_changed_by_it() -> None:
    chart = whole()
    before = chart.model_dump_json()
    assert page_json(chart) == page_json(IntegrationMap.model_validate_json(before))
    assert chart.model_dump_json() == before


def test_long_lists_are_cut_and_their_length_told() -> None:
    gap = whole().gaps[0]
    many = making.rich().model_copy(update={"gaps": (gap,) * (MAX_GAPS + 5)})
    data = page_data(many)
    assert (len(data["gaps"]), data["totals"]["gaps"]) == (MAX_GAPS, MAX_GAPS + 5)


def test_a_map_of_nothing() -> None:
    data = read(IntegrationMap(date=making.DAY))
    assert (data["chains"], data["nodes"], data["records"], data["totals"]["records"]) == ([], [], [], 0)
