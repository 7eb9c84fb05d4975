"""The demo's deliberate repeats are linked, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.intake import FileReport, import_file
from matcher.service import Service


def test_each_repeat_is_linked_to_its_original_and_both_are_kept(demo: Service) -> None:
    for kind, repeats in ((Kind.NEED, 4), (Kind.ACHIEVEMENT, 3)):
        links = demo.store.duplicates(kind)
        assert len(links) == repeats
        for link in links:
            assert {link.id, link.original_id} == {
                link.original_id.removesuffix("-b"),
                f"{link.original_id}-b".replace("-b-b", "-b"),
            }
            assert demo.store.get(kind, link.id).document != demo.store.get(kind, link.original_id).document


def test_an_update_that_says_little_keeps_the_record_findable(tmp_path: Path) -> None:
    """A file of budgets alone must not make a need forget the text by which its repeats are found."""
    store = Store.create(tmp_path / "data")
    text = "我们的冻栗仁出库时黄亮，化开不到一小时就泛灰，磕碰过的地方尤其黑，去年被扣款九十多万元，想请人来看看。"

    def bring(name: str, **row: str) -> FileReport:
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
        return import_file(store, path, "me", Kind.NEED)[0]

    bring("a", id="1", title="冻栗仁发灰", text=text)
    bring("b", id="1", title="冻栗仁发灰", budget="80万")
    report = bring("c", id="2", title="冻栗仁变灰黑", text=text.replace("九十多", "近百"))
    assert [(one, other) for one, other, _ in report.links] == [("2", "1")]
