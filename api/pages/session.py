"""Logging in and out, and one's own account: the password, and tokens for programs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from api import context
from api.languages import message
from api.paths import own_path
from api.security import Session, limiter
from corpora.accounts import Accounts
from corpora.errors import BadRequest
from matcher import accounts

blueprint = Blueprint("session", __name__)


class LogIn(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("用户名"), [InputRequired(lazy_gettext("请填写用户名")), Length(max=64)])
    password = PasswordField(
        lazy_gettext("密码"), [InputRequired(lazy_gettext("请填写密码")), Length(max=accounts.MOST_PASSWORD)]
    )


class NewPassword(FlaskForm):  # type: ignore[misc]
    current = PasswordField(lazy_gettext("现在的密码"), [InputRequired(lazy_gettext("请填写现在的密码"))])
    new = PasswordField(lazy_gettext("新密码"), [InputRequired(lazy_gettext("请填写新密码"))])


class NewToken(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("名称"), [InputRequired(lazy_gettext("请填写名称")), Length(max=64)])
    scopes = SelectMultipleField(
        lazy_gettext("权限范围"),
        choices=list(accounts.SCOPES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = IntegerField(lazy_gettext("有效期（天）"), default=90)


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit("30 per 5 minutes", methods=["POST"])
@limiter.limit(
    "8 per 5 minutes", methods=["POST"], key_func=lambda: f"login {request.form.get('name', '').lower()[:64]}"
)
def log_in() -> ResponseReturnValue:
    form = LogIn()
    if form.validate_on_submit():
        user = accounts.log_in(context.store(), form.name.data, form.password.data)
        if user is not None:
            login_user(Session(user))
            context.log("login")
            return redirect(own_path(request.args.get("next", ""), url_for("home.index")))
        Accounts(context.store()).log(form.name.data[:64], "login failed", address=request.remote_addr or "")
        form.password.errors = [gettext("用户名或密码不对，或账号已停用；忘了密码请找管理员重设")]
    return render_template("login.html", form=form), 401 if form.errors else 200


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    if context.user():
        context.log("logout")
        logout_user()
    return redirect(url_for("home.index"))


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    return _account()


@blueprint.post("/account/password")
@limiter.limit("8 per 5 minutes")
def change_password() -> ResponseReturnValue:
    asking = context.require()
    form = NewPassword()
    if form.validate_on_submit():
        if accounts.log_in(context.store(), asking.name, form.current.data) is None:
            form.current.errors = [gettext("现在的密码不对")]
        else:
            try:
                accounts.set_password(context.store(), asking, form.new.data)
            except BadRequest as error:
                form.new.errors = [message(error)]
            else:
                context.log("password changed")
                login_user(Session(accounts.find_user(context.store(), asking.name)))
                flash(gettext("密码已改，其他地方的登录已退出"), "success")
                return redirect(url_for("session.account"))
    return _account(password=form)


@blueprint.post("/account/tokens")
def add_token() -> ResponseReturnValue:
    asking = context.require()
    form = NewToken()
    if form.validate_on_submit():
        try:
            secret = accounts.issue_token(
                context.store(), asking, form.name.data, set(form.scopes.data or []), form.days.data or 0
            )
        except BadRequest as error:
            form.name.errors = [message(error)]
        else:
            context.log("token issued", f"user:{asking.name}", name=form.name.data, scopes=form.scopes.data)
            return _account(secret=secret)
    return _account(token=form)


@blueprint.post("/account/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    asking = context.require()
    kept = Accounts(context.store())
    if token_id in {token.id for token in kept.tokens(asking.id)}:
        kept.mark_token(token_id, "revoked_at")
        context.log("token revoked", f"user:{asking.name}", token=token_id)
        flash(gettext("令牌已撤销"), "success")
    return redirect(url_for("session.account"))


def _account(
    password: NewPassword | None = None, token: NewToken | None = None, secret: str = ""
) -> ResponseReturnValue:
    asking = context.require()
    # Forms of their own names: what was posted to one is not read by the other.
    shown = render_template(
        "account.html",
        password=password or NewPassword(formdata=None),
        token=token or NewToken(formdata=None),
        secret=secret,
        tokens=Accounts(context.store()).tokens(asking.id),
    )
    return shown, 400 if password or token else 200
