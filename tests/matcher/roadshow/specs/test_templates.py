"""SPECs to start from."""

from __future__ import annotations

from datetime import date

import jsonschema_rs
import pytest
import yaml

from matcher.roadshow.specs import reading
from matcher.roadshow.specs.templates import KINDS, Kind, template


@pytest.mark.parametrize("kind", KINDS)
def test_templates_keep_the_schema(kind: Kind) -> None:
    text = template(kind)
    made = reading.spec_from_text(text)
    assert made.date.weekday() == 4
    said = yaml.safe_load(text)
    said["date"] = str(said["date"])
    jsonschema_rs.Draft202012Validator(reading.schema()).validate(said)
    jsonschema_rs.Draft202012Validator(reading.schema()).validate(made.as_json())


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)])
def test_the_day_is_a_friday_that_leaves_time_to_invite(today: date) -> None:
    day = reading.spec_from_text(template(today=today)).date
    assert day.weekday() == 4
    assert 28 <= (day - today).days <= 34


def test_every_key_of_an_event_is_in_its_template() -> None:
    said = yaml.safe_load(template("event"))
    assert said.keys() | {"affinity"} == reading.schema()["properties"].keys()
