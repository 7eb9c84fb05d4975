"""Every page there is, as an admin and as a visitor: it fits, all can read it, and the browser is content."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.app import create_app
from corpora.accounts import Role
from matcher.cases import open_case
from matcher.settings import Settings
from tests.api.browser.conftest import View

#: No pages: what programs ask, what is sent to be kept, a part of a page, and the page that is not ours to draw.
NO_PAGES = (
    "/api/",
    "/hello",
    "/reminders.ics",
    "/roadshows/programme/status",
    "/map/status",
    "/map/data.json",
    "/map/chains.xlsx",
)
#: Of the pages that take parameters, one each.
RECORDS = (
    "/needs/n-nuts-02",
    "/achievements/a-nuts-02",
    "/organizations/o-nuts-01",
    "/compare?need=n-nuts-01&with=a-nuts-02&with=a-nuts-04&with=a-nuts-01&with=a-nuts-03",
    "/search?q=板栗&kind=need",
    "/needs/nowhere",
)


def pages(data: Path) -> list[str]:
    """Return the address of every page that takes no parameters."""
    rules = create_app(Settings(data=data)).url_map.iter_rules()
    return sorted(
        rule.rule
        for rule in rules
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith(NO_PAGES)
    )


@pytest.mark.parametrize("role", [None, Role.ADMIN], ids=["visitor", "admin"])
def test_every_page(view: View, role: Role | None) -> None:
    known = [*pages(view.server.data), *RECORDS]
    if role:
        store = view.server.store()
        known.append(f"/cases/{open_case(store, 'n-nuts-02', 'a-nuts-02', 'admin').id}")
        store.close()
        view.log_in(role)
    seen = set()
    for path in known:
        answer = view.page.goto(view.server.url + path)
        assert answer, path
        assert answer.status < 500, path
        if answer.status >= 400:
            view.complaints.clear()  # the browser's own remark on the status
        # A visitor is asked to log in once; other pages send on to one that is looked at too.
        if view.page.url.split("?")[0] in seen and answer.request.redirected_from:
            continue
        seen.add(view.page.url.split("?")[0])
        view.look(path.strip("/").split("?")[0].replace("/", "-") or "home")
    assert len(seen) > (5 if role is None else 20)
