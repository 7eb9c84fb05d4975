"""Chinese first, English second: which language a page speaks, and how it says a pair of wordings."""

from __future__ import annotations

from flask import Blueprint, Flask, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, format_date, get_translations, gettext

from api.paths import came_from
from corpora.errors import ShuanglianError
from corpora.vocabulary import vocabulary

LANGUAGES = {"zh": "中文", "en": "English"}
_COOKIE = "language"
_YEAR = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


def init_app(app: Flask) -> None:
    # The words in the code are Chinese; only English is a translation.
    app.config.update(BABEL_DEFAULT_LOCALE="zh", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    Babel(app, locale_selector=language)
    app.jinja_env.install_gettext_callables(_translated, _translated_plural, newstyle=True)  # type: ignore[attr-defined]
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES, language=language, say=say, label=label, format_date=format_date
    )


def language() -> str:
    """Return the language that the visitor chose, Chinese where they did not."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        chosen = request.cookies.get(_COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else "zh"
    return str(g.language)


def say(zh: str, en: str) -> str:
    """Return the wording of the page's language; for texts that come in both from the layers below."""
    return en if language() == "en" else zh


def _translated(text: str) -> str:
    """Return `text` in the page's language; a page has hundreds of texts, and looks its catalogue up once."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return str(g.catalogue.ugettext(text))


def _translated_plural(one: str, many: str, count: int) -> str:
    return str(get_translations().ungettext(one, many, count))


def label(name: str, key: str | None) -> str:
    """Return what the entry `key` of the vocabulary's list `name` is called."""
    return say(*vocabulary().label(name, key)) if key else gettext("未填")


def message(error: ShuanglianError) -> str:
    """Return what an error says, in the page's language."""
    return say(error.zh, error.en)


@blueprint.get("/language/<code>")
def choose(code: str) -> ResponseReturnValue:
    """Remember the language and go back to where the visitor was."""
    answer = redirect(came_from())
    if code in LANGUAGES:
        answer.set_cookie(
            _COOKIE, code, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return answer
