"""The form of a roadshow: made, changed, looked at as text, and kept; nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from api.context import log, needs, settings, store, who
from api.languages import message, say
from api.pages.roadshowforms import GOAL_NAMES, SpecForm
from api.pages.roadshows import blueprint, version
from api.pages.roadshowscores import Scores, sent_scores
from api.pages.roadshowspecs import MOST_TEXT, field_at, read, sample, write
from corpora.errors import BadRequest, BadSpec, Conflict, UnreadableFile
from corpora.roadshows import Roadshow
from matcher.roadshow.running import keeping, looking
from matcher.roadshow.specs.reading import as_yaml, spec_from, spec_from_text
from matcher.stages import today

__all__ = ["blueprint"]


@blueprint.get("/roadshows/new")
@needs("plan_roadshows")
def new() -> ResponseReturnValue:
    kind = "visits" if request.args.get("kind") == "visits" else "event"
    return _form(SpecForm.of(sample(kind, today())))


@blueprint.post("/roadshows/new")
@needs("plan_roadshows")
def create() -> ResponseReturnValue:
    return _taken(None)


@blueprint.get("/roadshows/<int:roadshow_id>/edit")
@needs("plan_roadshows")
def edit(roadshow_id: int) -> ResponseReturnValue:
    roadshow = looking.find_roadshow(store(), roadshow_id)
    return _form(SpecForm.of(read(as_yaml(looking.shown_spec(roadshow)))), roadshow)


@blueprint.post("/roadshows/<int:roadshow_id>/edit")
@needs("plan_roadshows")
def save(roadshow_id: int) -> ResponseReturnValue:
    return _taken(looking.find_roadshow(store(), roadshow_id))


def _taken(roadshow: Roadshow | None) -> ResponseReturnValue:
    """Do what the form was sent for: keep it, or show it in another way with all that was typed."""
    do, text = request.form.get("do", "save"), None
    form, scores = SpecForm(), sent_scores()
    if request.form.get("as_text"):
        text = request.form.get("spec_text", "").replace("\r\n", "\n")[:MOST_TEXT]
    if scores.problem:
        return _form(form, roadshow, [scores.problem], text, 422, scores=scores)
    if do == "form" and text is not None:
        try:
            spec_from_text(text)
        except BadSpec:
            pass  # the form says what is wrong once it is sent
        except UnreadableFile as error:
            return _form(form, roadshow, [message(error)], text, 422, scores=scores)
        return _form(SpecForm.of(read(text)), roadshow, scores=scores)
    if text is None and do not in ("save", "plan"):
        mapping, problems = form.mapping()
        if do == "text" and not problems:
            return _form(form, roadshow, text=write(mapping), scores=scores)
        if do.startswith(("up:", "down:")):
            form.raise_goal(do.partition(":")[2], -1 if do.startswith("up:") else 1)
        return _form(form, roadshow, form.complain(problems), opened=True, scores=scores)
    return _kept(form, roadshow, text, do == "plan", scores)


def _kept(
    form: SpecForm, roadshow: Roadshow | None, text: str | None, plan: bool, scores: Scores
) -> ResponseReturnValue:
    """Keep the SPEC and go on to its page; or show what is wrong with it where it was typed."""
    mapping, problems = form.mapping() if text is None else (read(text), {})
    if problems:
        return _form(form, roadshow, form.complain(problems), status=422, scores=scores)
    try:
        spec = spec_from(mapping) if text is None else spec_from_text(text)
        made = (
            keeping.save_spec(store(), roadshow.id, spec, version(), scores.text)
            if roadshow
            else keeping.create(store(), spec, who(), scores.text or "")
        )
        if plan:
            keeping.ask_for_plan(store(), settings(), made.id, who())
    except BadSpec as error:
        found = [(path, say(zh, en)) for path, zh, en in error.problems]
        if text is not None:
            said_of = [f"{path}: {said}" if path else said for path, said in found]
            return _form(form, roadshow, said_of, text, 422, scores=scores)
        rest = _complain(form, mapping, found)
        return _form(form, roadshow, rest, status=422, scores=scores)
    except (BadRequest, UnreadableFile, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _form(form, roadshow, [message(error)], text, status, scores=scores)
    log("roadshow changed" if roadshow else "roadshow made", f"roadshow:{made.id}", planned=plan)
    flash(gettext("已保存"), "success")
    return redirect(url_for("roadshows.show", roadshow_id=made.id))


def _complain(form: SpecForm, mapping: dict[str, Any], found: list[tuple[str, str]]) -> list[str]:
    """Say each problem under its field; return those of which the form has none."""
    rest = []
    for path, said in found:
        name = field_at(mapping, path)
        rest += form.complain({name: said}) if name else [f"{path}: {said}" if path else said]
    return rest or ([gettext("请看标出的地方")] if found else [])


def _form(
    form: SpecForm,
    roadshow: Roadshow | None = None,
    problems: list[str] | None = None,
    text: str | None = None,
    status: int = 200,
    opened: bool = False,
    scores: Scores | None = None,
) -> ResponseReturnValue:
    form.offer()
    wrong = [*(problems or []), *([] if problems or not form.errors else [gettext("请看标出的地方")])]
    is_visits = form.kind.data == "visits"
    fresh = gettext("新建走访") if is_visits else gettext("新建路演")
    drawn = render_template(
        "roadshows/form.html",
        form=form,
        roadshow=roadshow,
        heading=gettext("改要求") if roadshow else fresh,
        action=url_for("roadshows.save", roadshow_id=roadshow.id)
        if roadshow
        else url_for("roadshows.create"),
        # Sent back after a conflict, it is the version that is seen now.
        version=roadshow.version if roadshow else None,
        problems=wrong,
        as_text=text is not None,
        text=text or "",
        opened=opened,
        scores=scores or Scores(),
        has_scores=bool(roadshow and looking.spec_of(roadshow).affinity),
        GOAL_NAMES=GOAL_NAMES,
    )
    return drawn, status
