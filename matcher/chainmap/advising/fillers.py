"""Who could fill a gap: achievements that come near, institutions at home there, firms that could grow into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpora.errors import shorten
from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.advising.demands import answers, chance
from matcher.chainmap.advising.surroundings import Surroundings, of_counties
from matcher.chainmap.integration import Filler, NodeReport, Placed

#: Of each sort so many are named.
_ACHIEVEMENTS, _INSTITUTIONS, _FIRMS = 4, 2, 3
#: A need, the probability with which it is answered, and the achievement that does.
Near = tuple[Placed, float, Placed]
_TIERS = {tier: place for place, tier in enumerate(Tier)}


def fillers(
    report: NodeReport,
    unmet: Sequence[Placed],
    near: Sequence[Near],
    adequate: float,
    around: Surroundings,
) -> tuple[Filler, ...]:
    """Return who could fill the gap of a node: first what comes `near` its unmet needs (also below `adequate`,
    and said so), then institutions by how many achievements they have on the node, then firms beside it.
    Only of achievements there is a probability.
    """
    kept: dict[str, Filler] = {}
    for one in (
        *_achievements(near, adequate),
        *_institutions(report, around),
        *_firms(report, unmet, around),
    ):
        kept.setdefault(one.key, one)
    return tuple(kept.values())


def nearest_answers(unmet: Sequence[Placed], adequate: float, around: Surroundings) -> list[Near]:
    """Return what comes near the needs, the best first.

    An achievement is told once, with the need that it comes nearest to.
    """
    found: dict[str, Near] = {}
    for need in unmet:
        for answer, one in answers(need, around, adequate)[1]:
            if one.id not in found or chance(answer) > found[one.id][1]:
                found[one.id] = need, chance(answer), one
    return sorted(found.values(), key=lambda each: (-each[1], each[2].id))


def _achievements(near: Sequence[Near], adequate: float) -> Iterator[Filler]:
    for need, probability, one in near[:_ACHIEVEMENTS]:
        owner = shorten(one.owner, 30)
        enough = probability >= adequate
        yield Filler(
            key=one.key,
            zh=f"{f'{owner}的' if owner else ''}“{shorten(one.title, 30)}”最接近“{shorten(need.title, 30)}”，"
            f"把握 {probability:.0%}{'' if enough else f'，还不够用（够用要 {adequate:.0%}）'}",
            en=f"'{shorten(one.title, 30)}'{f' of {owner}' if owner else ''} comes nearest to "
            f"'{shorten(need.title, 30)}', probability {probability:.0%}"
            f"{'' if enough else f', not enough yet (adequate is {adequate:.0%})'}",
            probability=probability,
        )


def _institutions(report: NodeReport, around: Surroundings) -> Iterator[Filler]:
    makers = around.makers(report.key)
    for key in sorted(makers, key=lambda each: (-len(makers[each]), each))[:_INSTITUTIONS]:
        many = makers[key]
        known = around.by_name.get(key)
        name = shorten(known.title if known else many[0].owner, 30)
        yield Filler(
            key=known.key if known else many[0].key,
            zh=f"{name}在本环节有 {len(many)} 项成果，如“{shorten(many[0].title, 30)}”",
            en=f"{name} has {len(many)} achievement{'' if len(many) == 1 else 's'} on this node, such as "
            f"'{shorten(many[0].title, 30)}'",
        )


def _firms(report: NodeReport, unmet: Sequence[Placed], around: Surroundings) -> Iterator[Filler]:
    """Yield local firms that could grow into the node: those that stand there besides, then those on
    its neighbours, on the most like it first.

    Where the node has several firms of its own, others aren't what it lacks.
    """
    if report.numbers.suppliers > 1:
        return
    beside = (
        *around.siblings(report.key),
        *around.suppliers(report.key),
        *around.customers(report.key),
    )
    near = sorted(dict.fromkeys(beside), key=lambda key: (-around.alike(key, report.key), key))
    asking = of_counties(unmet)
    seen = {one.key for one in around.counted(report.key, Kind.ORGANIZATION)}
    named = 0
    for place in (report.key, *near):
        firms = [
            one
            for one in around.standing(OrganizationKind.ENTERPRISE, place)
            if one.key not in seen and one.is_local
        ]
        seen.update(one.key for one in firms)
        for one in sorted(
            firms,
            key=lambda each: (-asking.get(each.county, 0), -_TIERS[each.tier] if each.tier else 1, each.id),
        ):
            yield _firm(one, around.nodes[place], place == report.key)
            named += 1
            if named == _FIRMS:
                return


def _firm(one: Placed, there: NodeReport, is_here: bool) -> Filler:
    county_zh, county_en = (f"{one.county}的", f" in {one.county}") if one.county else ("", "")
    where_zh = "与本环节也沾边" if is_here else f"在相邻的“{there.node.zh}”环节"
    where_en = "is close to this node too" if is_here else f"is on the node {there.node.en} next to it"
    return Filler(
        key=one.key,
        zh=f"{county_zh}{shorten(one.title, 30)}{where_zh}，可问愿不愿意往这里做",
        en=f"{shorten(one.title, 30)}{county_en} {where_en}: ask whether it would go into this",
    )
