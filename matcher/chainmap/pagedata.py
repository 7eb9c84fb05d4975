"""What the interactive page knows of a map: short enough to send, whole enough to filter.

Every record is counted in the cube, which the page sums under its filters; only the most telling
records of a node are named. Verdicts and the numbers behind them are those of the map: the page
decides nothing. Whoever set a verdict by hand is not named, for anybody may read the page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from corpora.chains import POSITIONS
from corpora.vocabulary import OrganizationKind, Tier, vocabulary
from corpora.writers.workbook import cell_text
from matcher.chainmap.integration import (
    ACTIONS,
    LANES,
    MARKS,
    NUMBERS,
    VERDICTS,
    Action,
    ActionKind,
    Collaboration,
    Gap,
    IntegrationMap,
    Missing,
    NodeReport,
    Numbers,
    Topic,
    VerdictKind,
)
from matcher.chainmap.pagecube import CELL_KINDS, cube
from matcher.chainmap.pagerecords import MAX_NAMED, MAX_NEAREST, RECORD_FIELDS, Shown
from matcher.stages import day_of

VERSION = 1
#: The order of numbers in every list of them.
NUMBER_FIELDS = tuple(Numbers.model_fields)
#: Gaps, collaborations and topics beyond these are in the workbook.
MAX_GAPS = 60
MAX_COLLABORATIONS = 60
MAX_TOPICS = 40


def page_data(chart: IntegrationMap) -> dict[str, Any]:
    """Return what the page shows of the map, as JSON can hold it.

    Lists of numbers are in the order of `number_fields`, records in that of `record_fields`; nodes,
    records, counties and strings are named by their place in their list, -1 being none. What is cut
    off comes with its whole count.
    """
    shown = Shown(chart)
    return {
        "version": VERSION,
        "title": [chart.title_zh, chart.title_en],
        "date": chart.date.isoformat(),
        "revision": chart.revision,
        "words": _words(),
        "number_fields": NUMBER_FIELDS,
        "record_fields": RECORD_FIELDS,
        "numbers": _numbers(chart.numbers),
        "unplaced": _numbers(chart.unplaced),
        "adequate": chart.adequate,
        "rules": [
            {"id": one.id, "verdict": _verdict(one.verdict), "when": one.when, "zh": one.zh, "en": one.en}
            for one in chart.rules
        ],
        "notes": [list(note) for note in chart.notes],
        "counties": shown.counties,
        "chains": [
            {
                "id": one.id,
                "zh": one.zh,
                "en": one.en,
                "description": one.description,
                "sources": one.sources,
                "numbers": _numbers(one.numbers),
            }
            for one in chart.chains
        ],
        "nodes": [
            _node(report, place, shown)
            for place, chain in enumerate(chart.chains)
            for report in chain.nodes
        ],
        "cube": cube(chart, shown.node_index, shown.counties, shown.tier_of),
        "gaps": [_gap(one, shown) for one in chart.gaps[:MAX_GAPS]],
        "actions": [_action(one, shown) for one in chart.actions],
        "collaborations": [_collaboration(one, shown) for one in chart.collaborations[:MAX_COLLABORATIONS]],
        "topics": [_topic(one, shown) for one in chart.topics[:MAX_TOPICS]],
        "totals": {
            "gaps": len(chart.gaps),
            "collaborations": len(chart.collaborations),
            "topics": len(chart.topics),
            "records": len(chart.records),
        },
        # Last, for the parts above say which of them they name.
        "records": shown.rows(),
        "strings": shown.strings,
    }  # fmt: skip


def page_json(chart: IntegrationMap) -> str:
    """Return `page_data` as compact JSON that can stand in an HTML file as it is."""
    text = json.dumps(page_data(chart), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Nothing in it can end the element it stands in, nor begin another.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _words() -> dict[str, list[list[str]]]:
    """Return the closed lists, each row a key with its Chinese and English label."""
    known = vocabulary()
    return {
        "lanes": [[lane.value, *labels] for lane, labels in LANES.items()],
        "verdicts": [[verdict.value, *labels] for verdict, labels in VERDICTS.items()],
        "marks": [[verdict.value, *labels] for verdict, labels in MARKS.items()],
        "numbers": [[name, *labels] for name, labels in NUMBERS.items()],
        "positions": [[position.value, *labels] for position, labels in POSITIONS.items()],
        "tiers": [[tier.value, *known.label("tiers", tier.value)] for tier in Tier],
        "organizations": [
            [kind.value, *known.label("organization_kinds", kind.value)] for kind in OrganizationKind
        ],
        "actions": [[kind.value, *labels] for kind, labels in ACTIONS.items()],
        "cells": [[kind] for kind in CELL_KINDS],
    }


def _numbers(numbers: Numbers) -> list[int]:
    return [getattr(numbers, field) for field in NUMBER_FIELDS]


def _node(report: NodeReport, chain: int, shown: Shown) -> dict[str, Any]:
    node, verdict = report.node, report.verdict
    told: dict[str, Any] = {
        "verdict": _verdict(verdict.verdict),
        "by_rule": _verdict(verdict.by_rule),
        "rule": verdict.rule,
        "zh": verdict.zh,
        "en": verdict.en,
        "date": verdict.date.isoformat(),
        "records": shown.keys(verdict.records, MAX_NAMED),
    }
    if verdict.overridden is not None:
        told["reason"] = cell_text(verdict.overridden.reason)
        told["at"] = day_of(verdict.overridden.at).isoformat()
    return {
        "key": report.key,
        "chain": chain,
        "zh": node.zh,
        "en": node.en,
        "position": list(POSITIONS).index(node.position),
        "parent": shown.node_index.get(f"{report.chain}/{node.parent}", -1) if node.parent else -1,
        "supplies": [shown.node_index[f"{report.chain}/{one}"] for one in node.supplies],
        "description": node.description,
        "products": node.products,
        "numbers": _numbers(report.numbers),
        "verdict": told,
        "counties": [
            [shown.counties.index(county), _verdict(scope.verdict), scope.rule, _numbers(scope.numbers)]
            for county, scope in sorted(report.counties.items())
            if county in shown.counties
        ],
        "shown": shown.of_node(report.key),
        "institutions": shown.institutions(report.key),
    }


def _gap(gap: Gap, shown: Shown) -> dict[str, Any]:
    return {
        "node": shown.node_index.get(gap.node, -1),
        "weight": round(gap.weight, 3),
        "zh": cell_text(gap.zh),
        "en": cell_text(gap.en),
        "needs": shown.some("need", gap.needs, MAX_NAMED),
        "fillers": [
            [shown.key(one.key), cell_text(one.zh), cell_text(one.en), round(one.probability, 3)]
            for one in gap.fillers[:MAX_NAMED]
        ],
        "missing": [_missing(one, shown) for one in gap.missing],
    }


def _missing(missing: Missing, shown: Shown) -> dict[str, Any]:
    return {
        "kind": list(OrganizationKind).index(missing.kind),
        "after": list(LANES).index(missing.after),
        "before": list(LANES).index(missing.before),
        "zh": cell_text(missing.zh),
        "en": cell_text(missing.en),
        "nearest": shown.keys(missing.nearest, MAX_NEAREST),
    }


def _action(action: Action, shown: Shown) -> dict[str, Any]:
    return {
        "chain": action.chain,
        "kind": list(ActionKind).index(action.kind),
        "weight": round(action.weight, 3),
        "zh": cell_text(action.zh),
        "en": cell_text(action.en),
        "nodes": [shown.node_index[one] for one in action.nodes if one in shown.node_index],
        "needs": shown.some("need", action.needs, MAX_NAMED),
        "achievements": shown.some("achievement", action.achievements, MAX_NAMED),
        "organizations": shown.some("organization", action.organizations, MAX_NAMED),
        "institutions": [cell_text(one) for one in action.institutions[:MAX_NAMED]],
        "counties": list(action.counties),
        "spec": action.spec,
    }


def _collaboration(one: Collaboration, shown: Shown) -> dict[str, Any]:
    return {
        "leader": shown.key(one.leader),
        "chain": one.chain,
        "needs": shown.some("need", one.needs, MAX_NAMED),
        "helpers": [
            [
                shown.key(helper.key),
                shown.key(f"need:{helper.need_id}"),
                cell_text(helper.zh),
                cell_text(helper.en),
                round(helper.probability, 3),
            ]
            for helper in one.helpers[:MAX_NAMED]
        ],
    }


def _topic(topic: Topic, shown: Shown) -> dict[str, Any]:
    return {
        "id": topic.id,
        "zh": cell_text(topic.zh),
        "terms": [cell_text(one) for one in topic.terms],
        "near": shown.node_index.get(topic.near, -1),
        "count": len(topic.records),
        "records": shown.keys(topic.records, MAX_NEAREST),
    }


def _verdict(verdict: VerdictKind) -> int:
    return _VERDICTS.index(verdict)


_VERDICTS: Sequence[VerdictKind] = tuple(VERDICTS)
