"""Overrides: settings that an admin changes while the service runs, and where each setting comes from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from corpora.choices import Choices
from corpora.errors import BadRequest, shorten
from corpora.store import Store
from matcher.settings import Settings

#: The setting that may be changed at run time.
PROBABILITY = "adequate_probability"


@dataclass(frozen=True)
class Shown:
    """A setting as it may be shown: no secret in it."""

    name: str
    value: str
    #: chosen (by an admin), environment, file (.env), start (given by whoever started it) or default.
    source: str


def effective(settings: Settings, store: Store) -> Settings:
    """Return the settings with what an admin chose since."""
    kept = Choices(store).get(PROBABILITY)
    return settings.model_copy(update={PROBABILITY: float(kept.value)}) if kept else settings


def choose_probability(store: Store, text: str, who: str) -> float | None:
    """Set from which probability a match is adequate; an empty text goes back to the setting.

    Returns what was set. Raises BadRequest for anything but a number between 0 and 1.
    """
    text = text.strip()
    if not text:
        Choices(store).forget(PROBABILITY)
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise BadRequest(
            f"应是 0 与 1 之间的小数，如 0.6，现为“{shorten(text)}”",
            f"a number between 0 and 1 is needed, like 0.6, not '{shorten(text)}'",
        )
    Choices(store).set(PROBABILITY, repr(value), who)
    return value


def shown(settings: Settings, store: Store) -> list[Shown]:
    """Return every setting with its value in force and where that comes from."""
    chosen = Choices(store).get(PROBABILITY)
    now = effective(settings, store)
    environment, file = EnvSettingsSource(Settings)(), DotEnvSettingsSource(Settings)()
    found = []
    for name in Settings.model_fields:
        if name == PROBABILITY and chosen:
            source = "chosen"
        elif name in environment:
            source = "environment"
        elif name in file:
            source = "file"
        else:
            as_shipped = Settings.model_fields[name].get_default(call_default_factory=True)
            source = "default" if getattr(settings, name) == as_shipped else "start"
        found.append(Shown(name, _masked(name, getattr(now, name)), source))
    return found


def _masked(name: str, value: object) -> str:
    if name != "smtp" or not value:
        return "" if value is None else str(value)
    # Only what surely is no password: the scheme, the host and the port.
    try:
        parts = urlsplit(str(value))
        return f"{parts.scheme}://…@{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return "…"
