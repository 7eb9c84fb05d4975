"""Bulk import on the pages: upload, look, explain a column, import; and who may."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from corpora.accounts import Accounts
from corpora.jobs import Jobs
from corpora.store import Store
from matcher.jobs import work
from matcher.settings import Settings
from matcher.tasks import TASKS
from tests.api.browsing import post

LogIn = Callable[[str], FlaskClient]
TABLE = (
    "需求名称,企业名称,需求描述,经费预算,联系电话,掏多少钱\n"
    "核桃青皮机械脱除损伤大,{who}合作社（示例）,脱皮损伤率超过12%,50万,000-7777-0001,80万\n"
    "<script>alert(1)</script>,{who}茶厂（示例）,揉捻不匀,,,\n"
    "坏行,{who}厂（示例）,说明,十二x万,,\n"
)


def upload(client: FlaskClient, *files: tuple[str, bytes], **fields: Any) -> str:
    """Send files; return the address of their preview."""
    sent = [(io.BytesIO(content), name) for name, content in files]
    answer = post(client, "/imports", {"files": sent, **fields}, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def table(who: str) -> tuple[str, bytes]:
    return f"{who}.csv", TABLE.format(who=who).encode()


def imported(client: FlaskClient, settings: Settings, preview: str) -> str:
    """Commit a preview and do its job; return the job's address."""
    page = str(post(client, f"{preview}/commit", {}).location)
    work(settings, {"import": TASKS["import"]}, lambda: False)
    return page


def test_imports_are_for_those_who_may(visitor: FlaskClient, logged_in: LogIn) -> None:
    assert visitor.get("/imports").location == "/login?next=/imports"
    for name in ("enterprise", "organizer", "bureau"):
        assert logged_in(name).get("/imports").status_code == 403
    preview = upload(logged_in("broker"), table("权限"))
    assert logged_in("bureau").get(preview).status_code == 403
    assert post(logged_in("bureau"), f"{preview}/commit", {}).status_code == 403
    assert logged_in("admin").get(preview).status_code == 200


def test_a_file_is_looked_at_then_imported_and_reported(logged_in: LogIn, installation: Settings) -> None:
    client = logged_in("broker")
    store = Store(installation.data)
    before = store.revision()
    preview = upload(client, table("走通"))
    page = client.get(preview).text
    assert "共 3 行" in page
    assert "核桃青皮机械脱除损伤大" in page
    assert "十二x万" in page
    assert "<script>alert(1)" not in page
    assert "有 1 列没有认出来" in page
    assert store.revision() == before
    only = client.get(f"{preview}?fate=rejected").text
    assert "坏行" not in only
    assert "核桃青皮" not in only
    job = imported(client, installation, preview)
    report = client.get(job).text
    assert "新增 2，更新 0，未变 0，重复 0，拒收 1" in report
    assert "十二x万" in report
    rejects = client.get(f"{job}/rejects")
    assert rejects.data.startswith(b"PK")
    assert store.revision() == before + 2
    # What is done is done once, and led to.
    assert post(client, f"{preview}/commit", {}).location == job
    assert "已提交导入" in client.get(preview).text
    assert post(client, f"{preview}/discard", {}).location == preview
    entries = list(Accounts(store).entries(limit=20))
    assert {"uploaded", "asked for", "imported"} <= {entry.action for entry in entries}
    assert not [entry for entry in entries if "000-7777" in str(entry.detail)]
    store.close()


def test_an_update_shows_old_and_new_but_no_contact(logged_in: LogIn, installation: Settings) -> None:
    client = logged_in("broker")
    imported(client, installation, upload(client, table("更新")))
    name, content = table("更新")
    changed = content.decode().replace("50万", "90万").replace("7777-0001", "7777-0002").encode()
    page = client.get(upload(client, (name, changed))).text
    assert "更新 1" in page
    plain = re.sub(r"<[^>]+>", "", page)
    assert "50万 → 90万" in plain
    assert "有变化" in page
    assert "000-7777" not in page


def test_a_column_is_explained_and_the_preview_made_anew(logged_in: LogIn, installation: Settings) -> None:
    client = logged_in("broker")
    preview = upload(
        client, ("列.csv", "需求名称,企业名称,掏多少钱\n松材线虫病,某林场（示例）,80万\n".encode())
    )
    form = {"file": "0", "kind": "", "heading": ["掏多少钱"], "field": ["budget"]}
    assert post(client, f"{preview}/read", form).location == preview
    assert "没有认出来" not in client.get(preview).text
    imported(client, installation, preview)
    store = Store(installation.data)
    assert [need.budget for need in store.needs() if need.enterprise == "某林场（示例）"] == ["80万"]
    store.close()


@pytest.mark.parametrize(
    "form",
    [{}, {"file": "x"}, {"file": "99"}, {"file": "0", "heading": "a", "field": "password"},
     {"file": "0", "heading": ["a", "b"], "field": "id"}, {"file": "0", "kind": "nonsense"}],
)  # fmt: skip
def test_nonsense_about_columns_does_no_harm(logged_in: LogIn, form: dict[str, object]) -> None:
    client = logged_in("broker")
    preview = upload(client, table("乱填"))
    assert post(client, f"{preview}/read", form).status_code == 302
    assert client.get(preview).status_code == 200


def test_bad_files_are_explained_and_good_ones_go_on(logged_in: LogIn) -> None:
    client = logged_in("broker")
    page = client.get(upload(client, ("坏.xlsx", b"PK\x03\x04x"), ("空.csv", b""), table("好的"))).text
    assert page.count("这个文件导入不了") == 2
    assert "导入这些行" in page


def test_no_file_and_too_large_a_request_are_told(logged_in: LogIn) -> None:
    client = logged_in("broker")
    empty = post(client, "/imports", {"kind": "need"}, content_type="multipart/form-data")
    assert empty.status_code == 400
    assert "请选" in empty.text
    assert '<option value="need" selected>' in empty.text
    sent = {"files": [(io.BytesIO(b"a" * (13 * 2**20)), "大.csv")]}
    assert post(client, "/imports", sent, content_type="multipart/form-data").status_code == 413


def test_a_discarded_upload_is_gone(logged_in: LogIn) -> None:
    client = logged_in("broker")
    preview = upload(client, table("放弃"))
    assert "放弃.csv" in client.get("/imports").text
    assert client.get(f"{preview}/discard").status_code == 405
    assert post(client, f"{preview}/discard", {}).location == "/imports"
    assert client.get(preview).status_code == 404
    assert "放弃.csv" not in client.get("/imports").text


@pytest.mark.parametrize("token", ["x", "0" * 32, "..%2f..", "%00"])
def test_an_unknown_upload_is_not_found(logged_in: LogIn, token: str) -> None:
    client = logged_in("broker")
    assert client.get(f"/imports/{token}").status_code == 404
    assert post(client, f"/imports/{token}/commit", {}).status_code == 404


@pytest.mark.parametrize(
    "query", ["?fate=x", "?page=0", "?page=-1", "?page=999999", "?page=" + "9" * 40, "?page=x"]
)
def test_nonsense_in_the_address_shows_the_preview(logged_in: LogIn, query: str) -> None:
    client = logged_in("broker")
    assert client.get(upload(client, table("地址")) + query).status_code == 200


def test_a_large_file_is_read_in_the_background(logged_in: LogIn, installation: Settings) -> None:
    client = logged_in("broker")
    rows = "".join(f"示例企业{number},{'某' * 120}\n" for number in range(1500))
    preview = upload(client, ("大.csv", f"机构名称,机构简介\n{rows}".encode()))
    page = client.get(preview).text
    assert "正在后台读取" in page
    assert 'http-equiv="refresh"' in page
    assert "matcher worker" in page
    work(installation, {"preview": TASKS["preview"]}, lambda: False)
    page = client.get(preview).text
    assert "共 1500 行" in page
    assert "第 1 页，共 8 页" in page
    store = Store(installation.data)
    job = Jobs(store).latest(1)[0]
    store.close()
    assert preview in client.get(f"/jobs/{job.id}").text


def test_the_pages_speak_english(logged_in: LogIn) -> None:
    client = logged_in("broker")
    preview = upload(client, table("英文"))
    client.get("/language/en", headers={"Referer": "http://localhost/imports"})
    page = client.get(f"{preview}?fate=rejected").text
    assert "cannot read the amount" in page
    assert "金额看不懂" not in page
