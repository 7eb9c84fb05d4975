"""Settings, from the environment (MATCHER_…) or a `.env` file."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpora.errors import BadRequest
from models.encoders import DEFAULT, default_cache


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


class Settings(BaseSettings):
    """What an installation may change; each name, in capitals, after ``MATCHER_``."""

    model_config = SettingsConfigDict(env_prefix="MATCHER_", env_file=".env", extra="ignore")

    #: The data folder: store, indexes.
    data: Path = Path("data")
    #: Unpacked encoders and vectors; safe to delete.
    cache: Path = Field(default_factory=default_cache)
    encoder: str = DEFAULT
    #: A match is adequate when level 3 or 4 is at least this probable. On the demo's judged needs, each
    #: held out, 0.6 finds 98 % of the 80 that have a match, and wrongly 4 of the 16 that have none (0.7:
    #: 95 % and 2; 0.4: 99 % and 8).
    adequate_probability: float = Field(default=0.6, gt=0, lt=1)
    #: More words for the importers, a YAML file.
    vocabulary: Path | None = None
    #: Rules by which the map gives verdicts, a YAML file like matcher/chainmap/rules.yaml.
    map_rules: Path | None = None
    #: Where people reach the service, for links in mails; with https, cookies are sent over it alone.
    url: str = ""
    #: smtp://user:password@host:587 (or smtps://); without it mails are written as files into the data folder.
    smtp: str = ""
    mail_from: str = "shuanglian@localhost"
    #: Whether haste is limited: logins, submissions, drafts.
    limits: bool = True
    #: Who imports and judges.
    who: str = Field(default_factory=_me)

    @classmethod
    def read(cls) -> Settings:
        """Raises BadRequest naming the variable that cannot be understood."""
        try:
            return cls()
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            name = "MATCHER_" + str(detail["loc"][0]).upper()
            raise BadRequest(
                f"设置 {name} 不对：{detail['msg']}（现为“{detail['input']}”）",
                f"the setting {name} is wrong: {detail['msg']} (found '{detail['input']}')",
            ) from error
