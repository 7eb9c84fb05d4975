"""What changed between two maps: verdicts, numbers, and which needs are answered now or are not any more.

Of every map that was built a summary is kept for good; two summaries are enough to compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from corpora.errors import BadRequest, shorten
from corpora.vocabulary import Kind
from matcher.chainmap.integration import IntegrationMap, Numbers, Part, VerdictKind


class _NodeSummary(Part):
    chain_zh: str
    chain_en: str
    zh: str
    en: str
    verdict: VerdictKind
    numbers: Numbers


class Summary(Part):
    """What is kept of a map for good. Records are told by their ids alone: their titles may be withdrawn."""

    date: date
    revision: int = 0
    numbers: Numbers
    nodes: dict[str, _NodeSummary]
    #: Ids of needs, sorted.
    met: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


class NodeChange(Part):
    """A node in both maps; what it was not in, has None."""

    key: str
    chain_zh: str
    chain_en: str
    zh: str
    en: str
    verdict_before: VerdictKind | None = None
    verdict_after: VerdictKind | None = None
    before: Numbers | None = None
    after: Numbers | None = None


class Comparison(Part):
    """What changed from one map to another."""

    before: date
    after: date
    numbers_before: Numbers
    numbers_after: Numbers
    #: Nodes whose verdict changed, and all nodes of which anything did.
    verdicts: tuple[NodeChange, ...] = ()
    nodes: tuple[NodeChange, ...] = ()
    #: Ids of needs in both that are met now and were not, and the other way round; those that came and went.
    newly_met: tuple[str, ...] = ()
    newly_unmet: tuple[str, ...] = ()
    needs_new: tuple[str, ...] = ()
    needs_gone: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.nodes or self.newly_met or self.newly_unmet or self.needs_new or self.needs_gone)


def summary(chart: IntegrationMap) -> dict[str, Any]:
    """Return what is kept of a map for good, as JSON has it."""
    needs = [one for one in chart.records if one.kind is Kind.NEED]
    made = Summary(
        date=chart.date,
        revision=chart.revision,
        numbers=chart.numbers,
        nodes={
            one.key: _NodeSummary(
                chain_zh=chain.zh,
                chain_en=chain.en,
                zh=one.node.zh,
                en=one.node.en,
                verdict=one.verdict.verdict,
                numbers=one.numbers,
            )
            for chain in chart.chains
            for one in chain.nodes
        },
        met=tuple(sorted(one.id for one in needs if one.met)),
        unmet=tuple(sorted(one.id for one in needs if not one.met)),
    )
    return made.model_dump(mode="json")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two maps by what `summary` gave of them. Raises BadRequest where one is no summary."""
    one, other = _read(before), _read(after)
    changes = [_change(key, one.nodes.get(key), other.nodes.get(key)) for key in {**one.nodes, **other.nodes}]
    nodes = tuple(
        each for each in changes if (each.before, each.verdict_before) != (each.after, each.verdict_after)
    )
    known, later = {*one.met, *one.unmet}, {*other.met, *other.unmet}
    return Comparison(
        before=one.date,
        after=other.date,
        numbers_before=one.numbers,
        numbers_after=other.numbers,
        verdicts=tuple(each for each in nodes if each.verdict_before is not each.verdict_after),
        nodes=nodes,
        newly_met=tuple(sorted(set(one.unmet) & set(other.met))),
        newly_unmet=tuple(sorted(set(one.met) & set(other.unmet))),
        needs_new=tuple(sorted(later - known)),
        needs_gone=tuple(sorted(known - later)),
    )


def _read(said: Mapping[str, Any]) -> Summary:
    try:
        return Summary.model_validate(said)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(map(str, detail["loc"]))
        raise BadRequest(
            f"图谱的摘要读不了（{shorten(place)}：{detail['msg']}），可能是别的版本留下的",
            f"the summary of a map cannot be read ({shorten(place)}: {detail['msg']}); another version may have left it",
        ) from error


def _change(key: str, before: _NodeSummary | None, after: _NodeSummary | None) -> NodeChange:
    named = after or before
    assert named is not None
    return NodeChange(
        key=key,
        chain_zh=named.chain_zh,
        chain_en=named.chain_en,
        zh=named.zh,
        en=named.en,
        verdict_before=before.verdict if before else None,
        verdict_after=after.verdict if after else None,
        before=before.numbers if before else None,
        after=after.numbers if after else None,
    )
