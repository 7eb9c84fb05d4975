"""What every endpoint shares: who speaks, what a request may look like, and what an error looks like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from flask import Response, abort, current_app, g, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.types import ResponseDict
from pydantic import BaseModel
from werkzeug.routing import BaseConverter

from api import context
from api.problems import problem
from api.v1.shapes import Problem
from corpora.errors import Unauthenticated
from corpora.store import unknown_record
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher import accounts

V = TypeVar("V", bound=Callable[..., Any])

#: More than the longest record and a thousand judgements.
MOST_BYTES = 2 * 2**20
#: What an operation says of the token it wants, or merely takes.
TOKEN: list[dict[str, list[Any]]] = [{"token": []}]
TOKEN_OR_NOT: list[dict[str, list[Any]]] = [{}, {"token": []}]
#: Stands for a scope where any token will do.
ANY = "any"
_WITH_BODY = ("POST", "PUT", "PATCH")


class IdConverter(BaseConverter):
    """An id in a path: any characters, slashes and line ends too."""

    regex = r"[\s\S]+?"
    weight = 200
    part_isolating = False


class LoneIdConverter(IdConverter):
    """An id that ends the path: what ends like the address of its matches or experts is that address."""

    regex = r"[\s\S]+?(?<!/matches)(?<!/experts)"


class StrictJSON(DefaultJSONProvider):
    """JSON as the standard has it: no NaN, nothing nested so deeply that reading it fails."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **options: Any) -> Any:
        try:
            return super().loads(s, parse_constant=_no_number, **options)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def api_blueprint(name: str, tag: Mapping[str, str]) -> APIBlueprint:
    """Return a blueprint of the API, whose requests are looked at before any view sees them."""
    made = APIBlueprint(
        f"v1_{name}", __name__, url_prefix="/api/v1", abp_tags=[dict(tag)], operation_id_callback=_view_name
    )
    made.before_request(identify)
    made.before_request(check_body)
    made.after_request(mark)
    return made


def scoped(scope: str) -> Callable[[V], V]:
    """Let only a token with the scope in. Stands below the route, whose checks come after this one."""

    def decorate(view: V) -> V:
        view.scope = scope  # type: ignore[attr-defined]
        return view

    return decorate


def identify() -> None:
    """Note whose token the request carries. Cookies count for nothing here.

    Raises Unauthenticated for a token that is good for nothing, Forbidden for one without the scope.
    """
    g.user = g.token = None
    said = request.headers.get("Authorization")
    if said is not None:
        kind, _, secret = said.strip().partition(" ")
        if kind.lower() != "bearer" or not secret.strip().startswith("sl_"):
            raise Unauthenticated(
                "Authorization 应写成 Bearer sl_…", "the Authorization header must say: Bearer sl_…"
            )
        g.user, g.token = accounts.bearer(context.store(), secret.strip())
    wanted = getattr(current_app.view_functions[str(request.endpoint)], "scope", None)
    if wanted is None:
        return
    if g.user is None:
        raise Unauthenticated(
            "需要令牌：Authorization: Bearer sl_…；在“我的账号”新建",
            "a token is needed: Authorization: Bearer sl_…; make one on the account page",
        )
    if wanted != ANY:
        accounts.check_scope(g.user, g.token.scopes, wanted)


def check_body() -> None:
    """Refuse a body that is too large, not JSON by its label, or not JSON at all."""
    if request.method not in _WITH_BODY:
        return
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        refuse(413, "正文超过 2 MB；请分几次发送", "the body has more than 2 MB; send it in parts")
    if not request.is_json:
        refuse(
            415,
            f"正文应是 JSON（Content-Type: application/json），现为“{request.mimetype[:60]}”",
            f"the body must be JSON (Content-Type: application/json), not '{request.mimetype[:60]}'",
        )
    try:
        request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        refuse(400, "正文不是 UTF-8 编码", "the body is not encoded in UTF-8")
    try:
        said = current_app.json.loads(request.get_data())
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列", f"line {error.lineno}, column {error.colno}"
        refuse(400, f"正文不是 JSON：{where[0]}", f"the body is not JSON: {where[1]} ({error.msg})")
    except ValueError as error:
        refuse(400, f"正文不是可用的 JSON（{error}）", f"the body is not usable JSON ({error})")
    if not isinstance(said, dict | list):
        refuse(422, "正文应是 JSON 对象或列表", "the body must be a JSON object or list")


def mark(response: Response) -> Response:
    """Let a program ask whether what it has is still what there is."""
    if request.method == "GET" and response.status_code == 200:
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization"
        response.add_etag()
        response.make_conditional(request)
    return response


def refuse(status: int, zh: str, en: str) -> NoReturn:
    """End the request with a problem."""
    abort(problem(status, HTTPStatus(status).phrase, f"{zh} / {en}"))


def sees_pending() -> bool:
    """Whether the asker may see needs that are not public."""
    return g.token is not None and "read" in g.token.scopes and context.may("see_pending")


def hidden() -> frozenset[str]:
    """Return the ids of the needs that are not there for the asker."""
    return frozenset() if sees_pending() else Submissions(context.store()).hidden()


def check_visible(need_id: str) -> None:
    """Raises UnknownRecord for a need that is not there for the asker."""
    if need_id in hidden():
        raise unknown_record(Kind.NEED, need_id)


def answers(model: type[BaseModel] | None, *problems: int, status: int = 200) -> ResponseDict:
    """Return what an operation may answer, for its document; `problems` beside those that any may have."""
    content = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    told = {
        code: {"description": _MEANING[code], "content": content}
        for code in sorted({400, 401, 500, 503, *problems})
    }
    return {str(status): model, **{str(code): one for code, one in told.items()}}


_MEANING = {
    400: "请求读不懂，或参数不对 / the request cannot be read, or a parameter is wrong",
    401: "没有令牌，或令牌无效、过期 / no token, or one that is unknown or over",
    403: "令牌没有所需的权限 / the token lacks the scope",
    404: "没有这个编号 / no such id",
    409: "与现有内容冲突 / at odds with what is there",
    413: "正文超过 2 MB / the body has more than 2 MB",
    415: "正文不是 JSON / the body is not JSON",
    422: "内容不合要求，逐项列出 / the content is wrong, told field by field",
    429: "请求太频繁 / too many requests",
    500: "内部错误，附编号 / an internal error, with an id",
    503: "数据文件夹暂时用不了 / the data folder cannot be used for now",
}
#: What may become of a body.
BODY = (413, 415, 422)


def _view_name(name: str, path: str, method: str) -> str:
    return name


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
