"""Saved searches: kept under a name, with what is new in them, on the page and by mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from api import context
from api.context import needs, store
from api.languages import message, say
from api.pages.search import asked, searcher
from corpora.errors import BadRequest, Conflict
from corpora.searches import Searches
from matcher import digests
from matcher.queries import Query

blueprint = Blueprint("saved", __name__)


class Keep(FlaskForm):  # type: ignore[misc]
    name = StringField(
        lazy_gettext("名称"),
        [
            InputRequired(lazy_gettext("请填写名称")),
            Length(max=digests.MAX_NAME, message=lazy_gettext("最多 100 个字符")),
        ],
    )
    by_mail = BooleanField(lazy_gettext("有新记录时发邮件给我"))


@blueprint.get("/searches")
@needs("export")
def listing() -> ResponseReturnValue:
    return render_template("saved/listing.html", news=digests.news(store(), searcher(), context.require()))


@blueprint.route("/searches/new", methods=["GET", "POST"])
@needs("export")
def new() -> ResponseReturnValue:
    """Keep the query of the address."""
    query = asked()
    form = Keep(data={"name": (query.text or say(*query.stated()))[: digests.MAX_NAME]})
    if form.validate_on_submit():
        try:
            kept = digests.keep(store(), context.require(), form.name.data, query, form.by_mail.data)
        except (BadRequest, Conflict) as error:
            form.name.errors = [message(error)]
        else:
            context.log("search saved", f"search:{kept.id}", name=kept.name, by_mail=kept.by_mail)
            flash(gettext("已保存为订阅；以后有新记录会在这里提示"), "success")
            return redirect(url_for("saved.listing"))
    return render_template(
        "saved/edit.html", form=form, query=query, search=None
    ), 400 if form.errors else 200


@blueprint.get("/searches/<int:search_id>")
@needs("export")
def show(search_id: int) -> ResponseReturnValue:
    """Show what is new; from then on it counts as read."""
    search = digests.owned(store(), context.require(), search_id)
    new_ones, earlier = digests.open_news(store(), searcher(), search)
    query = Query.read(search.query)
    return render_template("saved/show.html", search=search, query=query, new_ones=new_ones, earlier=earlier)


@blueprint.route("/searches/<int:search_id>/edit", methods=["GET", "POST"])
@needs("export")
def edit(search_id: int) -> ResponseReturnValue:
    search = digests.owned(store(), context.require(), search_id)
    form = Keep(data={"name": search.name, "by_mail": search.by_mail})
    if form.validate_on_submit():
        try:
            digests.rename(store(), search, form.name.data)
        except (BadRequest, Conflict) as error:
            form.name.errors = [message(error)]
        else:
            Searches(store()).set_by_mail(search.id, form.by_mail.data)
            flash(gettext("已保存"), "success")
            return redirect(url_for("saved.listing"))
    query = Query.read(search.query)
    return render_template(
        "saved/edit.html", form=form, query=query, search=search
    ), 400 if form.errors else 200


@blueprint.post("/searches/<int:search_id>/mail")
@needs("export")
def mail(search_id: int) -> ResponseReturnValue:
    """Switch the mails of a saved search on or off."""
    search = digests.owned(store(), context.require(), search_id)
    Searches(store()).set_by_mail(search.id, request.form.get("by_mail") == "1")
    return redirect(url_for("saved.listing"))


@blueprint.post("/searches/<int:search_id>/delete")
@needs("export")
def delete(search_id: int) -> ResponseReturnValue:
    search = digests.owned(store(), context.require(), search_id)
    Searches(store()).delete(search.id)
    context.log("search deleted", f"search:{search.id}", name=search.name)
    flash(gettext("已删除订阅“%(name)s”", name=search.name), "success")
    return redirect(url_for("saved.listing"))
