"""A plan says of every row what the import then does, and writes nothing."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from corpora.store import Store
from corpora.vocabulary import Kind
from matcher.intake import FileReport, import_file, import_planned, report
from matcher.plans import Fate, FilePlan, Planner

FILES = sorted(
    path
    for path in Path(str(resources.files("corpora") / "demo" / "files")).iterdir()
    if path.suffix != ".tsv"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "data")


def counts(one: FileReport) -> tuple[object, ...]:
    rejected = [(each.sheet, each.row, each.column, each.value, each.reason) for each in one.rejected]
    return one.file, one.kind, one.accepted, one.updated, one.unchanged, one.duplicates, rejected, sorted(one.links)  # fmt: skip


def lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_on_every_demo_file_the_import_does_what_was_planned(store: Store) -> None:
    for path in FILES:
        before = store.counts(), store.revision()
        planned = [counts(report(plan)) for plan in Planner(store).plan(path)]
        assert (store.counts(), store.revision()) == before
        assert [counts(each) for each in import_file(store, path, "甲")] == planned


def test_several_files_are_planned_as_if_each_was_stored_before_the_next(
    store: Store, tmp_path: Path
) -> None:
    planner = Planner(store)
    planned = [counts(report(plan)) for path in (*FILES, *FILES) for plan in planner.plan(path)]
    imported = [counts(each) for path in (*FILES, *FILES) for each in import_file(store, path, "甲")]
    assert planned == imported


def test_every_row_has_one_fate(store: Store, tmp_path: Path) -> None:
    text = "现有脱皮机对薄皮核桃损伤率超过百分之十二，想找低损伤脱皮与清洗一体的设备，日处理二十吨。"
    import_file(store, lines(tmp_path / "a.jsonl", {"id": "1", "title": "核桃脱皮损伤大", "text": text}), "甲", Kind.NEED)  # fmt: skip
    path = lines(
        tmp_path / "b.jsonl",
        {"id": "1", "title": "核桃脱皮损伤大", "text": text},
        {"id": "2", "title": "核桃脱皮损伤高", "text": text.replace("二十", "三十")},
        {"id": "3", "title": "茶叶揉捻不匀"},
        {"id": "3", "title": "茶叶揉捻不匀"},
        {"id": "4", "title": "坏", "budget": "十二x"},
        {"id": "3", "title": "另一件事"},
    )
    [plan] = Planner(store).plan(path, Kind.NEED)
    fates = [row.fate for row in plan.rows]
    assert fates == [Fate.UNCHANGED, Fate.DUPLICATE, Fate.NEW, Fate.DUPLICATE, Fate.REJECTED, Fate.REJECTED]
    assert (plan.rows[1].original_id, plan.rows[1].repeats) == ("1", 0)
    assert plan.rows[1].similarity > 60
    assert (plan.rows[3].original_id, plan.rows[3].repeats) == ("3", 3)
    assert plan.rows[4].rejections[0].column == "budget"


def test_an_update_says_field_by_field_what_changes_but_nothing_of_a_contact(
    store: Store, tmp_path: Path
) -> None:
    whole = {"id": "1", "title": "核桃脱皮", "budget": "50万", "contact_phone": "000-0001", "text": "旧"}
    import_file(store, lines(tmp_path / "a.jsonl", whole), "甲", Kind.NEED)
    later = {"id": "1", "title": "核桃脱皮", "budget": "80万", "contact_phone": "000-0002"}
    [plan] = Planner(store).plan(lines(tmp_path / "b.jsonl", later), Kind.NEED)
    assert plan.rows[0].fate is Fate.UPDATE
    assert plan.rows[0].changes == {"budget": ["50万", "80万"], "contact": ["…", "…"]}


def test_a_store_that_moves_while_a_plan_is_made_is_planned_for_anew(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"id": "1", "title": "核桃脱皮"})
    rounds = 0

    def plans(planner: Planner) -> list[FilePlan]:
        nonlocal rounds
        rounds += 1
        made = planner.plan(path, Kind.NEED)
        if rounds == 1:
            # Somebody else was quicker.
            import_file(store, path, "乙", Kind.NEED)
        return made

    [done] = import_planned(store, plans, "甲")
    assert rounds == 2
    assert (done.accepted, done.unchanged) == (0, 1)


def test_what_the_last_step_raises_undoes_everything(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"id": "1", "title": "核桃脱皮"})

    def fail(_: list[FileReport]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        import_planned(store, lambda planner: planner.plan(path, Kind.NEED), "甲", last=fail)
    assert store.revision() == 0


def test_progress_reaches_the_end_and_can_end_the_planning(store: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = lines(tmp_path / "a.jsonl", *({"title": f"第{number}件"} for number in range(120)))
    Planner(store, lambda done, total: told.append((done, total))).plan(path, Kind.NEED)
    assert told[-1] == (240, 240)
    assert Counter(total for _, total in told) == {240: len(told)}

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(store, path, "甲", Kind.NEED, progress=stop)
    assert store.revision() == 0
