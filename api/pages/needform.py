"""What the pages share on which a need is written: the fields, the coach's panel, the files beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from api.context import service, settings, store
from api.languages import label, message, say
from corpora.attachments import Attachment, Attachments
from corpora.errors import ShuanglianError
from corpora.records import Achievement, Need
from corpora.vocabulary import Mode, Ownership, vocabulary
from matcher import attachments, coach, submissions
from matcher.checks import CHECKS
from matcher.matches import Recommendation
from matcher.submissions import Errors

#: Matches beside a form that is being written.
_PEEK = 3
#: Characters from which on there is something to match.
_ENOUGH = 6


class NeedForm(FlaskForm):  # type: ignore[misc]
    """The fields as they are typed; what they may hold, Need alone knows."""

    title = StringField(lazy_gettext("需求名称"))
    text = TextAreaField(lazy_gettext("需求描述"))
    indicators = TextAreaField(lazy_gettext("考核指标"))
    deadline = StringField(lazy_gettext("完成时限"))
    budget = StringField(lazy_gettext("经费预算"))
    modes = SelectMultipleField(
        lazy_gettext("合作方式"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    ip_wanted = SelectField(lazy_gettext("知识产权归属"), validate_choice=False)
    min_stage = SelectField(lazy_gettext("可接受的最低成熟度"), validate_choice=False)
    fields = StringField(lazy_gettext("所属领域"))
    enterprise = StringField(lazy_gettext("企业名称"))
    region = StringField(lazy_gettext("所在地区"))
    county = StringField(lazy_gettext("所在县区"))
    contact_name = StringField(lazy_gettext("联系人"))
    contact_phone = StringField(lazy_gettext("联系电话"))
    contact_email = StringField(lazy_gettext("邮箱"))
    consent = BooleanField(lazy_gettext("我同意按上述用途使用这些信息"))
    #: Of the private link that the need will get: what is sent twice is stored once.
    key = HiddenField()
    #: The best matches at the last look.
    looked = HiddenField()
    #: The content hash of what is being edited.
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modes.choices = [(mode.value, label("modes", mode)) for mode in Mode]
        self.ip_wanted.choices = [
            ("", gettext("未定")),
            *((one.value, label("ownership", one)) for one in Ownership),
        ]
        self.min_stage.choices = [
            ("", gettext("不限")),
            *((key, f"{label('stages', key)}（TRL{key}）") for key in vocabulary().lists["stages"]),
        ]

    @classmethod
    def of(cls, typed: Mapping[str, Any], **hidden: str) -> NeedForm:
        """Return the form with `typed` in it, whatever was posted."""
        return cls(formdata=None, data={**typed, **hidden})

    def typed(self) -> dict[str, str | list[str]]:
        names = (*submissions.TEXTS, *submissions.LISTS)
        values: dict[str, Any] = {name: self[name].data or "" for name in names}
        return {**values, "modes": list(values["modes"]), "consent": "yes" if self.consent.data else ""}

    def say(self, errors: Errors) -> None:
        """Put what is wrong beside the fields."""
        for name, said in errors.items():
            self[name].errors = [say(*one) for one in said]


@dataclass
class Panel:
    """What the coach says of the form as it stands."""

    remarks: list[coach.Remark] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    found: Recommendation | None = None
    moves: dict[str, str] = field(default_factory=dict)
    gone: list[Achievement] = field(default_factory=list)
    similar: list[Need] = field(default_factory=list)

    @property
    def looked(self) -> str:
        return "\n".join(match.achievement.id for match in self.found.matches) if self.found else ""


def panel_of(form: NeedForm, own_id: str = "") -> Panel:
    """Look at the form as it stands; `own_id` is of the need that is being edited."""
    need, errors = submissions.as_far_as_readable(form.typed())
    unread = [say(*said) for name, all_said in errors.items() if name != "title" for said in all_said]
    if need is None:
        return Panel(unread=unread)
    # Judged by what was typed: where the title is missing, the text's beginning only stood in for it.
    typed = need if (form.title.data or "").strip() else need.model_copy(update={"title": ""})
    panel = Panel(coach.remarks(typed), unread)
    if len(need.title + need.text) < _ENOUGH:
        return panel
    need = need.model_copy(update={"id": own_id}) if own_id else need
    panel.found = service().match_draft(need, _PEEK)
    before = (form.looked.data or "").split("\n")[:_PEEK] if form.looked.data else []
    moved = coach.moves(before, [match.achievement.id for match in panel.found.matches])
    panel.moves, panel.gone = moved.moves, list(store().achievements(moved.gone))
    panel.similar = [other for other, _ in coach.similar_needs(store(), need)]
    return panel


def page(form: NeedForm, files: Sequence[Attachment], status: int = 200, **more: Any) -> Response:
    """Draw the form: to send in a need, or with `submission` to change it."""
    nothing: dict[str, Any] = {
        "panel": None,
        "submission": None,
        "problems": [],
        "report": None,
        "theirs": [],
    }
    drawn = render_template(
        "form/page.html",
        form=form,
        files=files,
        counties=vocabulary().lists["counties"],
        checks=CHECKS,
        most_files=attachments.MOST,
        **{**nothing, **more},
    )
    return make_response(drawn, status)


def is_trusted(form: NeedForm) -> bool:
    """Whether the form still has a good token.

    Raises CSRFError where it has none and does not come from a page of ours either. With an old token
    only, the form is shown again with all that was typed: a session that ends loses nothing.
    """
    if form.validate():
        return True
    if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
        raise CSRFError("the form is not ours")
    return False


def attach_sent(**owner: str) -> list[str]:
    """Keep the files that came with the request beside their owner; return what is wrong with others."""
    problems = []
    for one in request.files.getlist("files"):
        if one.filename:
            try:
                attachments.add(store(), settings().data, one.filename, one.stream, **owner)
            except ShuanglianError as error:
                problems.append(message(error))
    return problems


def remove_sent(attachment_id: str, draft: str | None = None, need_id: str | None = None) -> None:
    """Remove an attachment, if it is this owner's."""
    found = Attachments(store()).get(attachment_id)
    if found and (found.draft, found.need_id) == (draft, need_id):
        attachments.remove(store(), settings().data, found)
