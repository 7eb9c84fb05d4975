"""The pages of a need, an achievement and an organization: the record in full, and its matches, explained."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, abort, render_template, request, send_file, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from api import context
from api.context import needs, service, store
from api.languages import label
from corpora.money import Money
from corpora.records import Achievement, Need, Record
from corpora.reviews import Reviews
from corpora.store import unknown_record
from corpora.submissions import Submissions
from corpora.vocabulary import Kind, Mode
from matcher.checks import CHECKS
from matcher.exports import write_matches
from matcher.matches import Recommendation
from matcher.recommend import Filters
from matcher.shortlists import MOST_COMPARED, candidates

blueprint = Blueprint("records", __name__)

#: Matches that are shown at first, how many more at a time, and at most.
FEWEST, STEP, MOST = 10, 20, 50
#: Lines of a history that are shown, the latest.
MOST_CHANGES = 30
_FIELDS = {
    "title": lazy_gettext("名称"),
    "name": lazy_gettext("名称"),
    "text": lazy_gettext("正文"),
    "region": lazy_gettext("地区"),
    "county": lazy_gettext("县区"),
    "fields": lazy_gettext("领域"),
    "contact": lazy_gettext("联系方式"),
    "keywords": lazy_gettext("关键词"),
    "institution": lazy_gettext("单位"),
    "inventors": lazy_gettext("完成人"),
    "stage": lazy_gettext("所处阶段"),
    "form": lazy_gettext("成果形式"),
    "ip": lazy_gettext("知识产权"),
    "modes": lazy_gettext("合作方式"),
    "terms": lazy_gettext("合作条件"),
    "registration_number": lazy_gettext("登记号"),
    "indicators": lazy_gettext("考核指标"),
    "deadline": lazy_gettext("期限"),
    "budget": lazy_gettext("预算"),
    "ip_wanted": lazy_gettext("产权归属"),
    "min_stage": lazy_gettext("最低可接受阶段"),
    "enterprise": lazy_gettext("企业"),
    "attachments": lazy_gettext("附件"),
    "kind": lazy_gettext("类型"),
    "tier": lazy_gettext("企业梯队"),
}


class Narrow(FlaskForm):  # type: ignore[misc]
    """What the other side shall be; it travels in the address, so that a page can be passed on."""

    class Meta:
        csrf = False

    region = StringField(lazy_gettext("地区"), [Length(max=50, message=lazy_gettext("最多 50 个字"))])
    county = StringField(lazy_gettext("县区"), [Length(max=50, message=lazy_gettext("最多 50 个字"))])
    field = StringField(lazy_gettext("领域"), [Length(max=50, message=lazy_gettext("最多 50 个字"))])
    mode = SelectField(lazy_gettext("合作方式"), validate_choice=False)
    stage = SelectField(lazy_gettext("阶段"), validate_choice=False)

    def filters(self, wanted: Kind) -> Filters:
        """Return the filters on records of the kind `wanted`; what is wrong is said, and filters nothing."""
        self.mode.choices = [("", gettext("不限")), *((mode.value, label("modes", mode)) for mode in Mode)]
        self.stage.choices = [("", gettext("不限")), *((str(n), stage(n)) for n in range(1, 10))]
        self.validate()
        for chosen in (self.mode, self.stage):
            if (chosen.data or "") not in dict(chosen.choices):
                chosen.errors = [gettext("没有这个选项，未按它筛选")]
        asked = {one.short_name: one.data.strip() for one in self if one.data and not one.errors}
        region, county, field, mode = (
            (asked[name],) if asked.get(name) else () for name in ("region", "county", "field", "mode")
        )
        # An achievement shall be at least so far; a need shall take what is only so far.
        bound = int(asked.get("stage") or 0) or None
        least, most = (bound, None) if wanted is Kind.ACHIEVEMENT else (None, bound)
        return Filters(region, county, field, mode, min_stage=least, max_stage=most)


@blueprint.get("/needs/<path:need_id>", merge_slashes=False)
def need(need_id: str) -> ResponseReturnValue:
    record = visible_need(need_id)
    submission = Submissions(store()).of_need(need_id)
    narrow = Narrow(request.args)
    found = service().match_need(need_id, shown(), narrow.filters(Kind.ACHIEVEMENT))
    return _page(record, found, narrow, submission=submission)


@blueprint.get("/achievements/<path:achievement_id>", merge_slashes=False)
def achievement(achievement_id: str) -> ResponseReturnValue:
    record = store().achievement(achievement_id)
    narrow = Narrow(request.args)
    found = service().match_achievement(
        achievement_id, shown(), narrow.filters(Kind.NEED), public=not context.may("see_pending")
    )
    return _page(record, found, narrow)


def visible_need(need_id: str) -> Need:
    """Return a need that the asker may see; one that is not public is as unknown as any other."""
    record = store().need(need_id)
    if not context.may("see_pending") and need_id in Submissions(store()).hidden():
        raise unknown_record(Kind.NEED, need_id)
    return record


def shown() -> int:
    """Return how many matches are asked for."""
    asked = request.args.get("show", "")
    return min(max(int(asked), FEWEST), MOST) if asked.isdecimal() and len(asked) < 5 else FEWEST


def _page(record: Need | Achievement, found: Recommendation, narrow: Narrow, **more: Any) -> str:
    author = context.who() if context.may("judge") else ""
    return render_template(
        f"records/{record.KIND}.html",
        record=record,
        owner=_organization(record.enterprise if isinstance(record, Need) else record.institution),
        found=found,
        CHECKS=CHECKS,
        candidates=candidates(store(), record, found.matches, author),
        narrow=narrow,
        narrowed=any(one.data for one in narrow),
        show=shown(),
        more=min(shown() + STEP, MOST) if len(found.matches) == shown() < MOST else None,
        most_compared=MOST_COMPARED,
        undo=session.pop("undo", None),
        **_about(record),
        **more,
    )


def _about(record: Record) -> dict[str, Any]:
    """Return what only those see who look after the records: where it came from, and its near twins."""
    if not context.may("review"):
        return {"provenance": [], "changes": [], "twins": []}
    kind, changes = record.KIND, store().history(record.KIND, record.id)
    near = {
        (link.id if link.original_id == record.id else link.original_id): link.similarity
        for link in store().duplicates(kind)
        if record.id in (link.id, link.original_id)
        # Once somebody has told the two apart, they no longer resemble each other.
        and Reviews(store()).pair(kind, link.id, link.original_id)
    }
    return {
        "provenance": store().provenance(kind, record.id),
        "changes": changes[::-1][:MOST_CHANGES],
        "twins": [(one, near[one.id]) for one in store().in_order(kind, list(near))],
    }


def _organization(name: str) -> Record | None:
    """Return the organization of that name, None where the store has none."""
    ids = store().ids(Kind.ORGANIZATION, name=name) if name else []
    return next((one for one in store().records(Kind.ORGANIZATION, ids) if one.label == name), None)


@blueprint.get("/organizations/<path:organization_id>", merge_slashes=False)
def organization(organization_id: str) -> ResponseReturnValue:
    record = store().get(Kind.ORGANIZATION, organization_id)
    hidden = frozenset() if context.may("see_pending") else Submissions(store()).hidden()
    # The store finds names that contain this one; only what is its own is shown.
    asked = store().needs(store().ids(Kind.NEED, enterprise=record.label))
    offered = store().achievements(store().ids(Kind.ACHIEVEMENT, institution=record.label))
    return render_template(
        "records/organization.html",
        record=record,
        needs=[one for one in asked if one.enterprise == record.label and one.id not in hidden],
        achievements=[one for one in offered if one.institution == record.label],
        **_about(record),
    )


@blueprint.get("/contact")
@needs("see_contacts")
def contact() -> ResponseReturnValue:
    """Show how to reach a record's people, and write down who looked."""
    kind, record_id = request.args.get("kind", ""), request.args.get("id", "")
    if kind not in list(Kind):
        abort(404)
    record = store().get(Kind(kind), record_id)
    context.log("contact seen", f"{kind}:{record_id}")
    part = bool(request.headers.get("HX-Request"))
    return render_template("records/contact_part.html" if part else "records/contact.html", record=record)


@blueprint.get("/matches/<kind>.<suffix>")
@needs("export")
def export(kind: str, suffix: str) -> ResponseReturnValue:
    """Send the matches that a page shows, filters and all, as a file to take away."""
    record_id = request.args.get("id", "")
    if kind not in (Kind.NEED, Kind.ACHIEVEMENT) or suffix not in ("xlsx", "docx"):
        abort(404)
    narrow = Narrow(request.args)
    if kind == Kind.NEED:
        found = service().match_need(record_id, shown(), narrow.filters(Kind.ACHIEVEMENT))
    else:
        found = service().match_achievement(record_id, shown(), narrow.filters(Kind.NEED))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"matches.{suffix}"
        write_matches(path, found.query, found.matches)
        content = BytesIO(path.read_bytes())
    context.log("exported", f"{kind}:{record_id}", matches=len(found.matches), format=suffix)
    # An id may hold anything; a file name may not.
    name = "-".join([gettext("匹配清单"), re.sub(r"[^\w-]+", "-", record_id)[:60]])
    return send_file(content, as_attachment=True, download_name=f"{name}.{suffix}")


@blueprint.app_template_filter("anchor")
def anchor(record_id: str) -> str:
    """Return a name within a page for a record, whose id may hold anything."""
    return "r" + hashlib.sha256(record_id.encode("utf-8", "replace")).hexdigest()[:10]


@blueprint.app_template_global("stage")
def stage(number: int | None) -> str:
    """Return a stage as the field says it: TRL 6 中试."""
    return f"TRL {number} {label('stages', str(number))}" if number else str(gettext("未填"))


@blueprint.app_template_filter("money")
def money(amount: Money | None) -> str:
    """Return a range in 万元 as people write it."""
    if amount is None:
        return str(gettext("未写明"))
    low, high = (None if end is None else f"{end:g}" for end in amount)
    if low is None or high is None:
        known = str(gettext("%(amount)s 万元", amount=high or low))
        return ("≤ " if low is None else "≥ ") + known
    return str(gettext("%(amount)s 万元", amount=low if low == high else f"{low}–{high}"))


@blueprint.app_template_filter("plain")
def plain(value: object) -> str:
    """Return a value of a record's history as one line."""
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


@blueprint.app_template_global("field_name")
def field_name(name: str) -> str:
    """Return what a field is called."""
    return str(_FIELDS.get(name, name))
