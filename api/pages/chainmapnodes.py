"""A chain and a node of the map: the verdict with its rule and numbers, the records behind it, and what to do."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from api.charts import required
from api.context import may, store
from api.languages import label, message
from api.pages.chainmap import blueprint
from corpora.errors import BadRequest
from corpora.overrides import Overrides
from corpora.vocabulary import Tier
from matcher.chainmap.integration import LANES, VERDICTS, IntegrationMap
from matcher.chainmap.looking import Narrowing, find_chain_report, node_view

__all__ = ["blueprint"]

#: Records of one kind that a node's page lists; the workbook has all.
LISTED = 60
#: Records behind a verdict that are named beside it.
BEHIND = 12
#: What is counted of a node, in order of presentation, and what it is called.
NUMBERS: dict[str, tuple[str, str]] = {
    "needs": ("技术需求", "needs"),
    "met": ("已有合适成果的需求", "needs met"),
    "unmet": ("无人能答的需求", "needs unmet"),
    "achievements": ("科技成果", "achievements"),
    "local_achievements": ("本地成果", "local achievements"),
    "ready": ("本地成果中到中试以上的", "local ones from pilot on"),
    "firms": ("企业", "enterprises"),
    "leaders": ("链主企业", "chain leaders"),
    "dependants": ("下游靠它的企业", "enterprises depending on it"),
    "elements": ("平台、基地、机构、基金、园区", "platforms, bases, agencies, funds, parks"),
    "topics": ("邻近的新兴方向", "emerging topics near it"),
}


@blueprint.get("/map/nodes/<chain_id>")
def chain(chain_id: str) -> ResponseReturnValue:
    kept, chart = required()
    found = find_chain_report(chart, chain_id)
    mine = {one.key for one in found.nodes}
    return render_template(
        "chainmap/chain.html",
        kept=kept,
        chart=chart,
        chain=found,
        gaps=[one for one in chart.gaps if one.node in mine],
        actions=[one for one in chart.actions if one.chain == chain_id],
        collaborations=[one for one in chart.collaborations if one.chain == chain_id],
        NUMBERS=NUMBERS,
    )


@blueprint.get("/map/nodes/<chain_id>/<node_id>")
def node(chain_id: str, node_id: str) -> ResponseReturnValue:
    return node_page(f"{chain_id}/{node_id}")


def node_page(
    key: str, problem: str = "", status: int = 200, typed: dict[str, str] | None = None
) -> ResponseReturnValue:
    """Draw a node's page; `problem` is what was wrong with the form that was sent, `typed` what stood in it."""
    kept, chart = required()
    asked = {name: value for name, value in request.args.items() if value}
    try:
        narrowing, wrong = Narrowing.read(asked), ""
    except BadRequest as error:
        narrowing, wrong = Narrowing(), message(error)
    view = node_view(chart, key, narrowing)
    drawn = render_template(
        "chainmap/node.html",
        kept=kept,
        chart=chart,
        view=view,
        report=view.report,
        narrowing=narrowing,
        wrong=wrong,
        asked=asked,
        counties=sorted({*view.report.counties, *([narrowing.county] if narrowing.county else [])}),
        tiers=[(one.value, label("tiers", one)) for one in Tier],
        lists=_lists(view),
        LISTED=LISTED,
        BEHIND=BEHIND,
        NUMBERS=NUMBERS,
        LANES=LANES,
        VERDICTS=VERDICTS,
        log=Overrides(store()).log(key)[::-1] if may("see_pending") else [],
        problem=problem,
        typed=typed or {},
    )
    return drawn, 400 if wrong else status


def named(chart: IntegrationMap, keys: Any) -> list[Any]:
    """Return the records of these keys that the map has."""
    return [chart.by_key[one] for one in keys if one in chart.by_key]


blueprint.add_app_template_global(named, "map_records")


def _lists(view: Any) -> list[tuple[str, tuple[str, str], tuple[Any, ...]]]:
    """Return the lists of a node's records beside its needs: anchor, name, records."""
    return [
        ("achievements", ("科技成果", "achievements"), view.achievements),
        ("firms", ("企业", "enterprises"), view.firms),
        (
            "elements",
            ("平台、基地、机构、基金、园区", "platforms, bases, agencies, funds, parks"),
            view.elements,
        ),
        ("also", ("计在别处、也相关的", "counted elsewhere, relevant here too"), view.also),
    ]
