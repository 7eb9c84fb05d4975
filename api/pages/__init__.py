"""The pages for people. Each module is a blueprint: parse, check, call one verb of matcher, render."""

from __future__ import annotations

from flask import Blueprint

from api.pages import (
    admin,
    approvals,
    caseboard,
    chainmap,
    chainmapchains,
    chainmapedit,
    chainmaplists,
    chainmapnodes,
    compare,
    duplicates,
    form,
    home,
    imports,
    jobs,
    records,
    roadshowday,
    roadshowmoves,
    roadshownew,
    roadshowpapers,
    roadshowprogramme,
    roadshows,
    roadshowtable,
    saved,
    search,
    session,
    shortlist,
    tracking,
    verdicts,
)

#: Every page, in the order in which a reader may want to look.
BLUEPRINTS: list[Blueprint] = [
    home.blueprint,
    session.blueprint,
    records.blueprint,
    verdicts.blueprint,
    compare.blueprint,
    form.blueprint,
    tracking.blueprint,
    approvals.blueprint,
    caseboard.blueprint,
    # Several modules, one blueprint.
    *dict.fromkeys(
        one.blueprint
        for one in (
            roadshows,
            roadshownew,
            roadshowtable,
            roadshowmoves,
            roadshowpapers,
            roadshowday,
            roadshowprogramme,
        )
    ),
    *dict.fromkeys(
        one.blueprint for one in (chainmap, chainmapnodes, chainmaplists, chainmapedit, chainmapchains)
    ),
    search.blueprint,
    shortlist.blueprint,
    saved.blueprint,
    admin.blueprint,
    imports.blueprint,
    jobs.blueprint,
    duplicates.blueprint,
]
