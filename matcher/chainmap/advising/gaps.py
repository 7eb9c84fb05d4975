"""The gaps of a map (缺口), the worst first, each with who could fill it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from corpora.errors import shorten
from corpora.vocabulary import Kind
from matcher.chainmap.advising.elements import missing
from matcher.chainmap.advising.fillers import Near, fillers, nearest_answers
from matcher.chainmap.advising.surroundings import Surroundings, counted
from matcher.chainmap.integration import (
    VERDICTS,
    Gap,
    IntegrationMap,
    Missing,
    NodeReport,
    Placed,
    VerdictKind,
)

#: Verdicts that call for something.
_CALLING = (VerdictKind.FILL, VerdictKind.UPGRADE, VerdictKind.BUILD)
#: What each firm downstream weighs where nobody local supplies it, and where one firm alone does.
#: An unmet need weighs 1.
_UNSUPPLIED, _ALONE = 0.3, 0.15
#: What a lane weighs that nobody on record bridges, supply that is ready without local industry, and an
#: upgrade without unmet needs: less than a need that somebody asks.
_UNBRIDGED, _READY, _UPGRADE = 0.5, 0.1, 0.25
#: Ready achievements that count.
_MOST_READY = 5
#: Downstream firms from which one supplier alone is a risk.
_DEPENDING = 2


def gaps(
    chart: IntegrationMap,
    adequate: float,
    cases: Collection[tuple[str, str]] = (),
    around: Surroundings | None = None,
) -> tuple[Gap, ...]:
    """Return the gaps, the worst first; every unmet need on a node is in one gap at most.

    A node is a gap where its verdict calls for something or it has unmet needs. Of a node and its
    sub-nodes the sub-nodes are told, unless the node has unmet needs of its own. What a person found
    balanced, or too thin to say, is none. `adequate` is the probability from which an answer is; `cases`
    are the pairs (need, achievement) that are followed up.
    """
    around = around or Surroundings(chart)
    top = [one for one in chart.nodes.values() if not one.node.parent]
    found = [gap for one in top for gap in _of_branch(one, adequate, cases, around)]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.node)))


def _of_branch(
    report: NodeReport, adequate: float, cases: Collection[tuple[str, str]], around: Surroundings
) -> list[Gap]:
    if _is_settled(report):
        return []
    below = [
        gap
        for key in around.children.get(report.key, ())
        for gap in _of_branch(around.nodes[key], adequate, cases, around)
    ]
    own = any(not one.met for one in around.counted_alone.get((report.key, Kind.NEED), ()))
    if below and not own:
        return below
    calls = report.verdict.verdict in _CALLING
    return [_gap(report, adequate, cases, around)] if calls or report.numbers.unmet else []


def _is_settled(report: NodeReport) -> bool:
    """Return whether a person said that nothing is called for here."""
    return report.verdict.overridden is not None and report.verdict.verdict not in _CALLING


def _gap(
    report: NodeReport, adequate: float, cases: Collection[tuple[str, str]], around: Surroundings
) -> Gap:
    unmet = [one for one in around.counted(report.key, Kind.NEED) if not one.met]
    unmet.sort(key=around.pressing)
    lanes = missing(report, around, cases)
    near = nearest_answers(unmet, adequate, around)
    zh, en = _said(report, unmet, near, adequate, around)
    return Gap(
        node=report.key,
        weight=_weight(report, len(unmet), lanes),
        zh=zh,
        en=en,
        needs=tuple(one.id for one in unmet),
        fillers=fillers(report, unmet, near, adequate, around),
        missing=lanes,
    )


def _weight(report: NodeReport, unmet: int, lanes: Sequence[Missing]) -> float:
    numbers, verdict = report.numbers, report.verdict.verdict
    weight = float(unmet)
    if not numbers.suppliers:
        weight += _UNSUPPLIED * numbers.dependants
    elif _is_alone(report):
        weight += _ALONE * numbers.dependants
    weight += _UNBRIDGED * sum(not one.nearest for one in lanes)
    if verdict is VerdictKind.BUILD:
        weight += _READY * min(max(numbers.ready, 1), _MOST_READY)
    if verdict is VerdictKind.UPGRADE:
        weight += _UPGRADE
    return round(weight, 2)


def _is_alone(report: NodeReport) -> bool:
    return report.numbers.suppliers == 1 and report.numbers.dependants >= _DEPENDING


def _said(
    report: NodeReport,
    unmet: Sequence[Placed],
    near: Sequence[Near],
    adequate: float,
    around: Surroundings,
) -> tuple[str, str]:
    """Return one sentence in Chinese and English that needs no legend."""
    chain = next(one for one in around.chart.chains if one.id == report.chain)
    parts = list(_parts(report, unmet)) or [(report.verdict.zh, report.verdict.en)]
    zh, en = "，".join(one for one, _ in parts), ", ".join(one for _, one in parts)
    near_zh, near_en = _nearest(near, adequate) if unmet else ("", "")
    return (
        f"{chain.zh}“{report.node.zh}”：{zh}{near_zh}",
        f"{report.node.en} ({chain.en}): {en}{near_en}",
    )


def _parts(report: NodeReport, unmet: Sequence[Placed]) -> Iterator[tuple[str, str]]:
    numbers, verdict = report.numbers, report.verdict.verdict
    if unmet:
        of_zh = f"{numbers.needs} 条需求里 " if numbers.needs > len(unmet) else ""
        some = numbers.needs > len(unmet)
        without = f"{len(unmet)} of {numbers.needs} needs" if some else counted(len(unmet), "need")
        yield f"{of_zh}{len(unmet)} 条{'' if of_zh else '需求'}无人能答", f"{without} without an answer"
    if numbers.dependants and not numbers.suppliers:
        yield (
            f"下游 {numbers.dependants} 家企业靠它，本地却没有企业做",
            f"{counted(numbers.dependants, 'firm')} downstream on it but no local firm in it",
        )
    elif _is_alone(report):
        yield (
            f"下游 {numbers.dependants} 家企业只靠本地 1 家供应",
            f"{numbers.dependants} firms downstream on one local supplier alone",
        )
    elif numbers.dependants and unmet:
        yield (
            f"下游 {numbers.dependants} 家企业靠它",
            f"{counted(numbers.dependants, 'firm')} downstream on it",
        )
    if verdict is VerdictKind.BUILD:
        if numbers.achievements:
            ready = f"（其中本地 {numbers.ready} 项已到中试以后）" if numbers.ready else ""
            ready_en = f" ({numbers.ready} of them local and at pilot or beyond)" if numbers.ready else ""
            yield (
                f"有 {numbers.achievements} 项成果{ready}，本地还没有企业接",
                f"{counted(numbers.achievements, 'achievement')}{ready_en} but no local firm to take them up",
            )
        else:
            yield "有新方向，本地还没有企业做", "an emerging topic but no local firm in it"
    elif verdict is VerdictKind.UPGRADE:
        local = numbers.local_achievements
        yield (
            f"{numbers.firms} 家企业提了 {numbers.needs} 条需求，本地"
            + (f"成果只有 {local} 项" if local else "还没有成果"),
            f"{counted(numbers.firms, 'firm')} with {counted(numbers.needs, 'need')} but "
            f"{counted(local, 'local achievement') if local else 'no local achievement'}",
        )
    if word := report.verdict.overridden:
        zh, en = VERDICTS[verdict]
        reason = shorten(word.reason, 60)
        yield f"经人裁定为{zh}（{reason}）", f"judged by a person: {en} ({reason})"


def _nearest(near: Sequence[Near], adequate: float) -> tuple[str, str]:
    if not near:
        return "；库里还没有够用的成果", "; no achievement on record is adequate or near it"
    _, probability, one = near[0]
    owner = shorten(one.owner, 24)
    short = f"，不到够用的 {adequate:.0%}" if probability < adequate else ""
    short_en = f", short of {adequate:.0%}" if probability < adequate else ""
    return (
        f"；最接近的是{f'{owner}的' if owner else ''}“{shorten(one.title, 30)}”（把握 {probability:.0%}{short}）",
        f"; nearest is '{shorten(one.title, 30)}'{f' of {owner}' if owner else ''} "
        f"(probability {probability:.0%}{short_en})",
    )
