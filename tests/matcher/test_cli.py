"""The command line, run as a person or a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from corpora.errors import ShuanglianError
from corpora.vocabulary import Kind
from matcher.cli import _COMMANDS, cli
from matcher.service import Service
from matcher.settings import Settings


def run(*arguments: object, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        env=os.environ | {"MATCHER_DATA": str(data), "COLUMNS": "80"} | environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def quick(*arguments: object, data: Path, **environment: str) -> Result:
    """Run in this process: seconds sooner, for commands that end well."""
    return CliRunner(env={"MATCHER_DATA": str(data)} | environment).invoke(
        cli, [str(each) for each in arguments]
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert quick("init", data=tmp_path / "data").exit_code == 0
    return tmp_path / "data"


def needs_file(folder: Path, *titles: str) -> Path:
    path = folder / "需求.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": title, "title": title, "text": f"{title}的说明"}) + "\n" for title in titles
        )
    )
    return path


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    said = ran.stderr.strip().splitlines()
    assert ran.returncode != 0
    assert len(said) == 1, ran.stderr
    return said[0]


@pytest.mark.parametrize("command", [*_COMMANDS, "serve"])
def test_every_command_has_help_in_both_languages(command: str, tmp_path: Path) -> None:
    ran = quick(command, "--help", data=tmp_path)
    assert ran.exit_code == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in ran.output)
    assert any(word in ran.output for word in (" the ", " a ", "The ", "Write"))


def test_the_terminal_shows_a_match_within_eighty_columns(demo_settings: Settings) -> None:
    from rich.cells import cell_len

    ran = run("match", "--need", "n-materials-01", "--top", 2, data=demo_settings.data)
    assert ran.returncode == 0
    assert max(cell_len(line) for line in ran.stdout.splitlines()) <= 80
    for said in ("强相关", "阶段 stage", "“", "未见应答unanswered"):
        assert said in ran.stdout


def test_match_prints_json_for_programs(demo_settings: Settings) -> None:
    for option, key in (("--need", "n-nuts-01"), ("--achievement", "a-nuts-02"), ("--text", "板栗褐变")):
        answer = json.loads(quick("match", option, key, "--top", 2, "--json", data=demo_settings.data).stdout)
        assert len(answer["matches"]) == 2
        assert isinstance(answer["adequate"], bool)


def test_match_wants_one_question(demo_settings: Settings) -> None:
    for arguments in ([], ["--need", "a", "--text", "b"], ["--text", " "]):
        assert quick("match", *arguments, data=demo_settings.data).exit_code == 2


def test_the_listing_has_every_need_and_no_contact(
    demo: Service, demo_settings: Settings, tmp_path: Path
) -> None:
    ran = quick("match-all", "--out", tmp_path / "清单.xlsx", "--top", 2, data=demo_settings.data)
    assert ran.exit_code == 0, ran.output
    book = openpyxl.load_workbook(tmp_path / "清单.xlsx")
    cells = {
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    }
    assert set(demo.store.ids(Kind.NEED)) <= cells
    phones = {record.contact.phone for kind in Kind for record in demo.store.records(kind)} - {""}
    assert not [cell for cell in cells for phone in phones if phone in cell]


def test_import_reports_every_row_as_json_and_writes_rejects(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("需求名称,经费预算\n甲,50万\n乙,五五开\n丙,面议\n", "utf-8")
    ran = run("import", path, "--json", "--rejects", tmp_path / "退回.xlsx", data=data)
    [report] = json.loads(ran.stdout)["files"]
    assert (report["kind"], report["accepted"], len(report["rejected"])) == ("need", 2, 1)
    assert report["rejected"][0]["row"] == 3
    assert "经费预算" in report["rejected"][0]["column"]
    assert report["rejected"][0]["value"] == "五五开"
    assert "1 rows rejected" in one_line(ran)
    corrected = openpyxl.load_workbook(tmp_path / "退回.xlsx")
    for row in corrected.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == "五五开":
                cell.value = "55万"
    corrected.save(tmp_path / "改好.xlsx")
    again = json.loads(run("import", tmp_path / "改好.xlsx", "--json", data=data).stdout)["files"][0]
    assert (again["accepted"], again["rejected"]) == (1, [])


def test_one_bad_file_does_not_stop_the_others(data: Path, tmp_path: Path) -> None:
    (tmp_path / "空.csv").write_bytes(b"")
    ran = run(
        "import", tmp_path / "空.csv", needs_file(tmp_path, "甲"), tmp_path / "没有.xlsx", "--json", data=data
    )
    answer = json.loads(ran.stdout)
    assert [report["accepted"] for report in answer["files"]] == [1]
    assert len(answer["failed"]) == 2
    assert ran.returncode == 1
    assert len(ran.stderr.strip().splitlines()) == 2


def test_a_column_is_pointed_out_with_map(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("啥问题,谁家\n锅炉结垢,某厂（示例）\n", "utf-8")
    assert quick("import", path, data=data).exit_code == 1
    ran = quick(
        "import",
        path,
        "--kind",
        "need",
        "--map",
        "啥问题=title",
        "--map",
        "谁家=enterprise",
        "--json",
        data=data,
    )
    assert json.loads(ran.stdout)["files"][0]["accepted"] == 1
    assert "no field" in one_line(run("import", path, "--map", "啥问题=nonsense", data=data))


def test_a_vocabulary_file_teaches_headings(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "清单.csv"
    path.write_text("啥问题,谁家\n锅炉结垢,某厂（示例）\n", "utf-8")
    words = tmp_path / "words.yaml"
    words.write_text("headers: {need: {title: [啥问题], enterprise: [谁家]}}\n", "utf-8")
    ran = quick("import", path, "--kind", "need", "--vocabulary", words, "--json", data=data)
    assert json.loads(ran.stdout)["files"][0]["accepted"] == 1


@pytest.mark.parametrize("command", ["index", "match --need x", "duplicates", "export a.csv --kind need"])
def test_without_a_store_one_line_says_what_to_do(command: str, tmp_path: Path) -> None:
    assert "matcher init" in one_line(run(*command.split(), data=tmp_path / "none"))


def test_bad_requests_are_one_line(data: Path, tmp_path: Path) -> None:
    path = needs_file(tmp_path, "甲")
    assert "bundled" in one_line(run("index", "--encoder", "nonsense", data=data))
    assert "'nobody'" in one_line(run("match", "--need", "nobody", data=data))
    assert "'n'" in one_line(run("judge", "n", "a", "3", data=data))
    with FileLock(data / "import.lock"):
        assert "another import" in one_line(run("import", path, data=data))
    assert "MATCHER_ADEQUATE_PROBABILITY" in one_line(
        run("init", data=data, MATCHER_ADEQUATE_PROBABILITY="7")
    )


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path) in one_line(run("init", data=tmp_path / "file" / "data"))


def test_backup_and_restore_bring_everything_back(data: Path, tmp_path: Path) -> None:
    quick("import", needs_file(tmp_path, "甲", "乙"), data=data)
    assert quick("backup", tmp_path / "备份.zip", data=data).exit_code == 0
    assert quick("restore", tmp_path / "备份.zip", data=tmp_path / "elsewhere").exit_code == 0
    assert "needs 2" in quick("init", data=tmp_path / "elsewhere").output.replace("需求 ", "")
    assert "--force" in one_line(run("restore", tmp_path / "备份.zip", data=data))
    broken = bytearray((tmp_path / "备份.zip").read_bytes())
    broken[len(broken) // 2] ^= 0xFF
    (tmp_path / "坏.zip").write_bytes(broken)
    assert "damaged" in one_line(run("restore", tmp_path / "坏.zip", "--force", data=data))
    assert "needs 2" in quick("init", data=data).output.replace("需求 ", "")


def test_the_doctor_finds_what_is_wrong(demo_settings: Settings, data: Path, tmp_path: Path) -> None:
    assert quick("doctor", data=demo_settings.data).exit_code == 0
    (data / "shuanglian.db").write_bytes(b"not a database, for longer than a header" * 100)
    ran = quick("doctor", "--json", data=data)
    found = {finding["name"]: finding["status"] for finding in json.loads(ran.stdout)}
    assert ran.exit_code == 1
    assert found["数据 store"] == "error"
    assert found["Python"] == "ok"


@pytest.mark.timeout(60)
def test_help_comes_at_once(tmp_path: Path) -> None:
    """The encoder's libraries take seconds to import: asking for help must not load them."""
    code = "import sys, matcher.cli as c; c.cli.main(['match', '--help'], standalone_mode=False); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("False")


def test_columns_that_are_not_understood_are_named(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("序号,需求名称,企业名称,神秘代号,备注\n1,锅炉结垢,某厂（示例）,X,无\n", "utf-8")
    shown = quick("import", path, data=data)
    assert "神秘代号" in shown.output
    assert "--map" in shown.output
    [report] = json.loads(quick("import", path, "--json", data=data).stdout)["files"]
    assert report["unknown_columns"] == ["神秘代号"]


def test_a_map_of_a_heading_that_is_not_there_is_refused(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("需求名称,企业名称\n锅炉结垢,某厂（示例）\n", "utf-8")
    assert "no such heading" in one_line(run("import", path, "--map", "预算数=budget", data=data))
    assert "needs 0" in quick("init", data=data).output


def test_reasons_are_shown_even_where_rejects_cannot_be_written(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("需求名称,经费预算\n甲,50万\n乙,五五开\n", "utf-8")
    ran = run("import", path, "--rejects", tmp_path / "none" / "x.xlsx", data=data)
    assert "五五开" in ran.stdout
    assert "x.xlsx" in one_line(ran)


def test_the_listing_is_an_excel_file_by_name_too(demo_settings: Settings, tmp_path: Path) -> None:
    ran = quick("match-all", "--out", tmp_path / "x.csv", data=demo_settings.data)
    assert isinstance(ran.exception, ShuanglianError)
    assert not (tmp_path / "x.csv").exists()


def test_a_full_cache_disk_is_one_line(data: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        quick("import", needs_file(tmp_path, "甲"), data=data)
        assert "small" in one_line(run("match", "--text", "板栗", data=data, MATCHER_CACHE=str(small)))
        assert run("doctor", data=data, MATCHER_CACHE=str(small)).returncode == 1
    finally:
        subprocess.run(["umount", small], check=True)


def test_brackets_that_people_type_are_text(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_text("需求名称,经费预算,浓度[mg/L]\n甲[/i],50万,1\n乙,[/foo]坏,2\n", "utf-8")
    ran = run("import", path, data=data)
    assert "[/foo]坏" in ran.stdout
    assert "浓度[mg/L]" in ran.stdout
    assert "甲[/i]" in run("match", "--text", "甲[/i]", data=data).stdout
