"""What is said when something goes wrong: a page to people, RFC 9457 problem details to programs."""

from __future__ import annotations

import uuid

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.routing import IntegerConverter

from api.languages import say
from corpora.errors import (
    BadRequest,
    Conflict,
    DataFolderTrouble,
    Forbidden,
    ShuanglianError,
    Unauthenticated,
    UnknownRecord,
    UnreadableFile,
    UnreadableValue,
)

_STATUS: dict[type[ShuanglianError], int] = {
    UnknownRecord: 404,
    BadRequest: 400,
    UnreadableFile: 400,
    UnreadableValue: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    Conflict: 409,
    DataFolderTrouble: 503,
}
#: Headers of an HTTP error that tell a program what to do next.
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
#: How a program shows who it speaks for (RFC 6750).
_CHALLENGE = 'Bearer realm="shuanglian"'
#: What the usual HTTP errors mean, in words that a visitor can act on.
_WORDS = {
    400: ("请求有误", "请回到上一页检查所填的内容", "Bad request", "go back and check what was entered"),
    401: ("请先登录", "登录后可继续", "Please log in", "log in to go on"),
    403: ("没有权限", "这一页不对您的角色开放；请联系管理员", "Not allowed", "this is not open to your role; ask an admin"),
    404: ("没有这一页", "它可能已删除，或网址写错；可从首页搜索", "Not found", "it may be gone; search from the home page"),
    405: ("不能这样访问", "请从页面上的按钮进入", "Method not allowed", "use the buttons of the page"),
    409: ("别人刚改过", "请查看最新内容再改", "Changed meanwhile", "look at what it says now, then change it"),
    413: ("内容太大", "单个文件不超过 10 MB，文字不超过 2 万字", "Too large", "a file has at most 10 MB, a text 20,000 characters"),
    415: ("格式不对", "请从页面上的表单提交", "Unsupported media type", "send it from the form of the page"),
    429: ("请求太频繁", "请稍等一分钟再试", "Too many requests", "wait a minute and try again"),
    500: ("内部错误", "请把编号告诉管理员", "Internal error", "tell the id to an admin"),
    503: ("暂时用不了", "请稍后再试", "Unavailable", "try again later"),
}  # fmt: skip


class ShortInteger(IntegerConverter):
    """A number in an address: no longer than the store's, or Python would not even read it."""

    regex = r"[0-9]{1,18}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = ShortInteger
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(ShuanglianError, _known_problem)
    app.register_error_handler(Exception, _fault)


def problem(status: int, title: str, detail: str, **more: object) -> Response:
    """Return RFC 9457 problem details; `more` are members of its own."""
    response = jsonify({"type": "about:blank", "status": status, "title": title, "detail": detail, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def for_people() -> bool:
    """Whether the asker wants a page: browsers say so, programs do not."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")


def _answer(status: int, title: str, zh: str, en: str) -> ResponseReturnValue:
    if not for_people():
        return problem(status, title, f"{zh} / {en}")
    words = _WORDS.get(status, _WORDS[500 if status >= 500 else 400])
    # A part of a page that htmx asked for is answered by a part, not by a page within the page.
    template = "parts/problem.html" if request.headers.get("HX-Request") else "problem.html"
    head, detail = say(words[0], words[2]), say(zh, en)
    return render_template(template, status=status, head=head, detail=detail), status


def _http_problem(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:
        return error
    if isinstance(error, Unauthorized) and for_people() and not request.headers.get("HX-Request"):
        goal = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("session.log_in", next=goal))
    words = _WORDS.get(status)
    if isinstance(error, CSRFError):
        zh = "页面已过期或会话已结束；请返回上一页、刷新后再提交，所填内容还在"
        en = "the page is out of date or the session over; go back, reload and send again, nothing is lost"
    elif words and for_people():
        zh, en = words[1], words[3]
    elif words:
        zh, en = words[1], error.description or words[3]
    else:
        zh = en = error.description or error.name
    answer = make_response(_answer(status, error.name, zh, en))
    for name, value in error.get_headers():
        if name in _KEPT:
            answer.headers[name] = value
    return _challenged(answer)


def _challenged(answer: Response) -> Response:
    """Tell a program whom the API does not know how to show who it speaks for."""
    if answer.status_code == 401 and request.path.startswith("/api/"):
        answer.headers.setdefault("WWW-Authenticate", _CHALLENGE)
    return answer


def _known_problem(error: ShuanglianError) -> ResponseReturnValue:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    return _challenged(make_response(_answer(status, type(error).__name__, error.zh, error.en)))


def _fault(error: Exception) -> ResponseReturnValue:
    """Name the fault by an id that the log explains; show no internals."""
    fault = uuid.uuid4().hex[:12]
    current_app.logger.error("fault %s", fault, exc_info=error)
    return _answer(500, "Internal Server Error", f"内部错误，编号 {fault}", f"internal error, id {fault}")
