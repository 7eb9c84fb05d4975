"""A person's verdict on a node: the latest holds until it is taken back, and all are logged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from corpora.overrides import Overrides
from corpora.store import Store


def test_the_latest_verdict_holds_until_it_is_taken_back(tmp_path: Path) -> None:
    said = Overrides(Store.create(tmp_path))
    said.add("nuts/oil", "fill", "两家都停产了", "甲")
    said.add("nuts/oil", "build", "新厂动工", "乙")
    said.add("nuts/shells", "thin", "只有一条记录是真的", "甲")
    assert {key: one.verdict for key, one in said.current().items()} == {
        "nuts/oil": "build", "nuts/shells": "thin",
    }  # fmt: skip
    said.add("nuts/oil", None, "按规则就好", "乙")
    assert list(said.current()) == ["nuts/shells"]
    assert [(one.verdict, one.who) for one in said.log("nuts/oil")] == [
        ("fill", "甲"), ("build", "乙"), (None, "乙"),
    ]  # fmt: skip
    assert said.mark() == 4


def test_no_other_verdict_is_kept(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        Overrides(Store.create(tmp_path)).add("nuts/oil", "splendid", "", "甲")
