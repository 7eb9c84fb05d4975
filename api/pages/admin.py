"""What admins do: accounts, the log of what was done, the vocabulary's own words, settings."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from api import context
from api.context import needs
from api.languages import label, message
from corpora.accounts import Accounts, Role, User
from corpora.errors import BadRequest, Conflict, ShuanglianError, UnknownRecord
from matcher import accounts, overrides, taxonomies
from matcher.audit import ACTIONS, words

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

PAGE = 100
SETTINGS = {
    "data": lazy_gettext("数据文件夹"),
    "cache": lazy_gettext("缓存文件夹"),
    "encoder": lazy_gettext("编码器"),
    "adequate_probability": lazy_gettext("概率达到多少算“足够匹配”"),
    "vocabulary": lazy_gettext("补充词表文件"),
    "url": lazy_gettext("对外网址"),
    "smtp": lazy_gettext("邮件服务器"),
    "mail_from": lazy_gettext("发件人"),
    "limits": lazy_gettext("是否限制请求频率"),
    "who": lazy_gettext("命令行操作者"),
}
SOURCES = {
    "chosen": lazy_gettext("在此页设定"),
    "environment": lazy_gettext("环境变量"),
    "file": lazy_gettext(".env 文件"),
    "start": lazy_gettext("启动时给定"),
    "default": lazy_gettext("默认值"),
}


class NewUser(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("用户名"), [InputRequired(lazy_gettext("请填写用户名")), Length(max=64)])
    display = StringField(lazy_gettext("显示名"), [Length(max=accounts.MOST_DISPLAY)])
    email = StringField(lazy_gettext("邮箱"), [Length(max=255)])
    role = SelectField(lazy_gettext("角色"))
    password = PasswordField(lazy_gettext("密码"), [Length(max=accounts.MOST_PASSWORD)])


@blueprint.before_app_request
def take_in_words() -> None:
    """Let the words that an admin added in another process be in force here, too."""
    if request.endpoint not in ("static", "docs.static", "home.hello"):
        taxonomies.refresh(context.store())


# Accounts


@blueprint.route("/users", methods=["GET", "POST"])
@needs("administer")
def users() -> ResponseReturnValue:
    form = NewUser()
    form.role.choices = [(role.value, label("roles", role)) for role in Role]
    made, password = None, ""
    if form.validate_on_submit():
        password = form.password.data or accounts.random_password()
        try:
            made = accounts.add_user(
                context.store(), form.name.data.strip(), Role(form.role.data), password,
                (form.display.data or "").strip(), (form.email.data or "").strip(),
            )  # fmt: skip
        except (BadRequest, Conflict) as error:
            form.name.errors = [message(error)]
        else:
            context.log("user added", f"user:{made.name}", role=made.role.value)
            password = "" if form.password.data else password
            form = NewUser(formdata=None)
            form.role.choices = [(role.value, label("roles", role)) for role in Role]
    shown = render_template(
        "admin/users.html", form=form, made=made, password=password if made else "",
        users=Accounts(context.store()).users(),
    )  # fmt: skip
    return shown, 400 if form.errors else 200


@blueprint.get("/users/<int:user_id>")
@needs("administer")
def user(user_id: int) -> ResponseReturnValue:
    return _user_page(_user(user_id))


@blueprint.post("/users/<int:user_id>/role")
@needs("administer")
def set_role(user_id: int) -> ResponseReturnValue:
    found, wanted = _user(user_id), request.form.get("role", "")
    if wanted not in list(Role):
        raise BadRequest(f"没有角色“{wanted[:20]}”", f"there is no role '{wanted[:20]}'")
    return _changed(
        found, lambda: accounts.set_role(context.store(), found, Role(wanted)), "role changed", role=wanted
    )


@blueprint.post("/users/<int:user_id>/disabled")
@needs("administer")
def set_disabled(user_id: int) -> ResponseReturnValue:
    found, disabled = _user(user_id), request.form.get("disabled") == "1"
    return _changed(
        found,
        lambda: accounts.set_disabled(context.store(), found, disabled),
        "user disabled" if disabled else "user enabled",
    )


@blueprint.post("/users/<int:user_id>/password")
@needs("administer")
def reset_password(user_id: int) -> ResponseReturnValue:
    """Set a random password, which is shown this once."""
    found, password = _user(user_id), accounts.random_password()
    accounts.set_password(context.store(), found, password)
    context.log("password reset", f"user:{found.name}")
    return _user_page(_user(user_id), password)


@blueprint.post("/users/<int:user_id>/tokens/<int:token_id>/revoke")
@needs("administer")
def revoke_token(user_id: int, token_id: int) -> ResponseReturnValue:
    found, kept = _user(user_id), Accounts(context.store())
    if token_id not in {token.id for token in kept.tokens(found.id) if not token.revoked_at}:
        raise UnknownRecord("没有这个令牌，或已撤销", "there is no such token, or it is revoked already")
    return _changed(found, lambda: kept.mark_token(token_id, "revoked_at"), "token revoked", token=token_id)


def _changed(found: User, change: Callable[[], None], action: str, **detail: object) -> ResponseReturnValue:
    """Make a change of an account, write it down, and go back to the account's page."""
    try:
        change()
    except BadRequest as error:
        flash(message(error), "danger")
    else:
        context.log(action, f"user:{found.name}", **detail)
        flash(gettext("已保存"), "success")
    return redirect(url_for("admin.user", user_id=found.id))


def _user(user_id: int) -> User:
    # SQLite has no larger numbers.
    found = Accounts(context.store()).user(user_id) if user_id < 2**63 else None
    if found is None:
        raise UnknownRecord(f"没有编号为 {user_id} 的账号", f"there is no account {user_id}")
    return found


def _user_page(found: User, password: str = "") -> ResponseReturnValue:
    return render_template(
        "admin/user.html",
        found=found,
        password=password,
        roles=list(Role),
        tokens=Accounts(context.store()).tokens(found.id),
    )


# The audit log


@blueprint.get("/audit")
@needs("administer")
def audit() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("who", "action", "subject")}
    before = request.args.get("before", "")
    found = list(
        Accounts(context.store()).entries(
            asked["subject"],
            asked["who"],
            asked["action"],
            int(before) if before.isdecimal() and len(before) < 16 else None,
            PAGE + 1,
        )
    )
    shown = found[:PAGE]
    earlier = shown[-1].id if len(found) > PAGE else None
    return render_template(
        "admin/audit.html",
        entries=shown,
        asked=asked,
        earlier=earlier,
        before=before,
        actions=ACTIONS,
        words=words,
    )


# The vocabulary's own words


@blueprint.get("/taxonomies")
@needs("administer")
def taxonomy() -> ResponseReturnValue:
    return _taxonomy_page(request.args.get("list", "counties"))


@blueprint.post("/taxonomies/<name>/words")
@needs("administer")
def add_word(name: str) -> ResponseReturnValue:
    key, word = request.form.get("key", ""), request.form.get("word", "")
    try:
        taxonomies.add_word(context.store(), name, key, word, context.who())
    except BadRequest as error:
        return _taxonomy_page(name, key, word, error)
    context.log("word added", f"vocabulary:{name}", key=key, word=word.strip())
    flash(gettext("已加入，立即生效"), "success")
    return redirect(url_for("admin.taxonomy", list=name, _anchor=f"entry-{key}"))


@blueprint.post("/taxonomies/<name>/words/remove")
@needs("administer")
def remove_word(name: str) -> ResponseReturnValue:
    key, word = request.form.get("key", ""), request.form.get("word", "")
    taxonomies.remove_word(context.store(), name, key, word, context.who())
    context.log("word removed", f"vocabulary:{name}", key=key, word=word)
    flash(gettext("已删去，立即生效"), "success")
    return redirect(url_for("admin.taxonomy", list=name, _anchor=f"entry-{key}"))


def _taxonomy_page(
    name: str, key: str = "", word: str = "", error: ShuanglianError | None = None
) -> ResponseReturnValue:
    shown = render_template(
        "admin/taxonomies.html",
        lists=taxonomies.LISTS,
        name=name,
        entries=taxonomies.entries(context.store(), name),
        typed=(key, word),
        error=error,
        most=taxonomies.MOST_LETTERS,
    )
    return shown, 400 if error else 200


# Settings


@blueprint.route("/settings", methods=["GET", "POST"])
@needs("administer")
def settings() -> ResponseReturnValue:
    error, typed = None, ""
    if request.method == "POST":
        typed = request.form.get("adequate_probability", "")
        try:
            value = overrides.choose_probability(context.store(), typed, context.who())
        except BadRequest as refusal:
            error = refusal
        else:
            context.log("setting changed", "setting:adequate_probability", value=value)
            flash(gettext("已保存，立即生效"), "success")
            return redirect(url_for("admin.settings"))
    shown = render_template(
        "admin/settings.html",
        settings=overrides.shown(context.settings(), context.store()),
        names=SETTINGS,
        sources=SOURCES,
        typed=typed,
        error=error,
    )
    return shown, 400 if error else 200
