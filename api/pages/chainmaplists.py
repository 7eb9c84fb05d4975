"""Lists of the map: what to do next, who answers the chain leaders, new topics, what stands nowhere, two dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from api.charts import latest, required
from api.context import store
from api.languages import say
from api.pages.chainmap import blueprint
from corpora.chains import POSITIONS
from corpora.errors import UnknownRecord
from corpora.maps import KeptMap, Maps
from corpora.ownchains import OwnChains
from corpora.vocabulary import Kind
from matcher.chainmap.comparing import NodeChange, compare
from matcher.chainmap.integration import ACTIONS, ActionKind, Numbers

__all__ = ["blueprint"]

_PAGE = 50
#: Numbers that are compared between two dates.
COMPARED = ("needs", "unmet", "achievements", "firms")
#: What each kind of action is called, and its picture.
_ICONS = {
    ActionKind.SEND_NEEDS: "send",
    ActionKind.SHOW_SUPPLY: "box-arrow-in-down",
    ActionKind.ROADSHOW: "easel",
    ActionKind.SEEK: "binoculars",
    ActionKind.PILOT: "building-gear",
    ActionKind.FUND: "bank",
}
KINDS = {
    Kind.NEED: lazy_gettext("需求"),
    Kind.ACHIEVEMENT: lazy_gettext("成果"),
    Kind.ORGANIZATION: lazy_gettext("机构"),
}

T = TypeVar("T")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of a long list."""

    items: Sequence[T]
    total: int
    page: int
    pages: int

    @classmethod
    def of(cls, found: Sequence[T]) -> Slice[T]:
        """Return the page that the address asks for, the last one where there are fewer."""
        said = request.args.get("page", "")
        pages = max(1, -(-len(found) // _PAGE))
        page = min(max(int(said), 1), pages) if said.isdecimal() and len(said) < 9 else 1
        return cls(found[(page - 1) * _PAGE : page * _PAGE], len(found), page, pages)


@blueprint.get("/map/actions")
def actions() -> ResponseReturnValue:
    kept, chart = required()
    wanted = request.args.get("chain", "")
    chains = [one for one in chart.chains if any(each.chain == one.id for each in chart.actions)]
    listed = [
        (chain, [one for one in chart.actions if one.chain == chain.id])
        for chain in chains
        if wanted in ("", chain.id)
    ]
    return render_template(
        "chainmap/actions.html", kept=kept, chart=chart, chains=chains, listed=listed, wanted=wanted
    )


@blueprint.get("/map/gaps")
def gaps() -> ResponseReturnValue:
    kept, chart = required()
    found = Slice.of(chart.gaps)
    return render_template("chainmap/gaps.html", kept=kept, chart=chart, found=found)


@blueprint.get("/map/collaborations")
def collaborations() -> ResponseReturnValue:
    kept, chart = required()
    found = Slice.of(chart.collaborations)
    return render_template("chainmap/collaborations.html", kept=kept, chart=chart, found=found)


@blueprint.get("/map/topics")
def topics() -> ResponseReturnValue:
    return topics_page()


def topics_page(
    problem: str = "", wrong: str = "", typed: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Draw the topics; `problem` is what was wrong with the form of the topic `wrong`."""
    kept, chart = required()
    drawn = render_template(
        "chainmap/topics.html",
        kept=kept,
        chart=chart,
        chains=OwnChains(store()).all().values(),
        POSITIONS=POSITIONS,
        problem=problem,
        wrong=wrong,
        typed=typed or {},
    )
    return drawn, status


@blueprint.get("/map/unplaced")
def unplaced() -> ResponseReturnValue:
    kept, chart = required()
    kind = request.args.get("kind", "")
    found = [one for one in chart.records if not one.spots and kind in ("", one.kind)]
    return render_template(
        "chainmap/unplaced.html", kept=kept, chart=chart, kind=kind, found=Slice.of(found), KINDS=KINDS
    )


@blueprint.get("/map/compare")
def compared() -> ResponseReturnValue:
    """Show what changed between two maps; without a choice, between the latest two."""
    maps = Maps(store())
    known = maps.all()
    before = _chosen("from", known, known[1] if len(known) > 1 else None)
    after = _chosen("to", known, known[0] if known else None)
    if before and after and before.date > after.date:
        before, after = after, before
    changes = compare(maps.summary(before.id), maps.summary(after.id)) if before and after else None
    return render_template(
        "chainmap/compare.html",
        known=known,
        before=before,
        after=after,
        changes=changes,
        moved=[one for one in changes.nodes if _is_moved(one)] if changes else [],
        COMPARED=COMPARED,
        found=latest(),
    )


def _is_moved(change: NodeChange) -> bool:
    """Whether a number that the page compares is another one; what a node has not, counts as nothing."""
    before, after = (each or Numbers() for each in (change.before, change.after))
    return any(getattr(before, name) != getattr(after, name) for name in COMPARED)


def _chosen(name: str, known: Sequence[KeptMap], otherwise: KeptMap | None) -> KeptMap | None:
    said = request.args.get(name, "")
    if not said:
        return otherwise
    found = next((one for one in known if str(one.id) == said), None)
    if found is None:
        raise UnknownRecord(
            "没有这个编号的图谱；请从列出的日期里选",
            "there is no map of that id; choose one of the dates listed",
        )
    return found


@blueprint.app_template_global("action_name")
def action_name(kind: ActionKind) -> str:
    return say(*ACTIONS[kind])


@blueprint.app_template_global("action_icon")
def action_icon(kind: ActionKind) -> str:
    return _ICONS[kind]
