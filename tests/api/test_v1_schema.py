"""Whatever the document allows, and whatever it does not: no fault, and no answer that it does not describe."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy, booleans
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema

from corpora.store import Store
from matcher.accounts import find_user, issue_token
from matcher.settings import Settings

EXAMPLES = 8
KNOWN = {
    "need_id": "n-nuts-01",
    "achievement_id": "a-nuts-02",
    "organization_id": "o-energy-01",
    "case_id": 1,
    "roadshow_id": 1,
    "chain": "nuts",
    "node": "storage",
}


@pytest.fixture(scope="module")
def described(app: Flask) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/docs/openapi.json", app)


@pytest.fixture(scope="module")
def bearer(installation: Settings) -> str:
    """A token that may do everything."""
    store = Store(installation.data)
    scopes = {"read", "submit", "judge", "cases", "import", "roadshows", "map"}
    secret = issue_token(store, find_user(store, "admin"), "schemathesis", scopes, 1)
    store.close()
    return f"Bearer {secret}"


bounded = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def ask_everything(described: BaseSchema, headers: dict[str, str]) -> None:
    """Ask every operation as it is described, and as it is not, of records that there are and are not."""
    for found in described.get_all_operations():
        for mode in GenerationMode:
            ask(found.ok().as_strategy(generation_mode=mode), mode is GenerationMode.POSITIVE, headers)


def ask(cases: SearchStrategy[Case], are_good: bool, headers: dict[str, str]) -> None:
    @given(case=cases, is_known=booleans())
    @bounded
    def each(case: Case, is_known: bool) -> None:
        if is_known and are_good:
            case.path_parameters = {name: KNOWN[name] for name in case.path_parameters or {}}
        # No pattern says that a range runs forwards.
        assume(not (are_good and runs_backwards(case.body)))
        case.call_and_validate(headers=headers)

    # An operation that takes nothing cannot be asked wrongly.
    with suppress(*(() if are_good else (Unsatisfiable,))):
        each()


def test_a_stranger_gets_nothing_undescribed(described: BaseSchema) -> None:
    ask_everything(described, {})


def test_a_program_with_every_scope_gets_nothing_undescribed(described: BaseSchema, bearer: str) -> None:
    ask_everything(described, {"Authorization": bearer})


def runs_backwards(body: object) -> bool:
    found = (
        re.fullmatch(r"([\d.]+)-([\d.]+)万元", str(body.get("budget"))) if isinstance(body, dict) else None
    )
    return found is not None and float(found[1]) > float(found[2])
