"""Candidates side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from matcher.checks import CHECKS

LogIn = Callable[[str], FlaskClient]
CHOSEN = ("a-nuts-02", "a-nuts-04", "a-nuts-01", "a-nuts-03")


def compare(client: FlaskClient, *chosen: str, need: str = "n-nuts-01") -> tuple[int, str]:
    answer = client.get("/compare", query_string={"need": need, "with": list(chosen)})
    return answer.status_code, answer.text


def test_a_column_for_each_in_the_order_chosen(visitor: FlaskClient) -> None:
    status, page = compare(visitor, *CHOSEN)
    assert status == 200
    places = [page.index(f"/achievements/{one}") for one in CHOSEN]
    assert places == sorted(places)
    assert all(f">条件：{zh}</th>" in page for zh, _ in CHECKS.values())
    assert "化冻2小时总色差≤5" in page
    assert "<mark>" in page
    assert page.count('scope="col"') == 5
    # Indicators come before the sentences of the problem.
    assert page.index("碎粒增加≤2%") < page.index("我们的冻栗仁")


def test_more_than_four_are_left_out_and_that_is_said(visitor: FlaskClient) -> None:
    status, page = compare(visitor, *CHOSEN, "a-nuts-05", "a-nuts-06")
    assert status == 200
    assert page.count('scope="col"') == 5
    assert "另有 2 项没有列出" in page
    status, page = compare(visitor, *["a-nuts-02"] * 9)
    assert page.count('scope="col"') == 2
    assert "没有列出" not in page


def test_nothing_chosen_is_said(visitor: FlaskClient) -> None:
    for chosen in ((), ("",)):
        status, page = compare(visitor, *chosen)
        assert status == 200
        assert "还没有选成果" in page


@pytest.mark.parametrize(
    ("need", "achievement"),
    [("", "a-nuts-02"), ("nobody", "a-nuts-02"), ("n-nuts-01", "nobody"), ("n-nuts-01", "x" * 5000),
     ("n-nuts-01", "\x00"), ("甲/乙\n", "a-nuts-02")],
)  # fmt: skip
def test_unknown_ids_are_not_found(visitor: FlaskClient, need: str, achievement: str) -> None:
    assert compare(visitor, achievement, need=need)[0] == 404


def test_verdicts_are_given_there_by_those_who_judge(visitor: FlaskClient, logged_in: LogIn) -> None:
    assert "/verdicts" not in compare(visitor, *CHOSEN)[1]
    assert "/verdicts" not in compare(logged_in("bureau"), *CHOSEN)[1]
    assert compare(logged_in("broker"), *CHOSEN)[1].count('hx-post="/verdicts"') == 4
