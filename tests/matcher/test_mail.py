"""Mail: through a real SMTP server on this machine, or into the outbox."""

from __future__ import annotations

import socketserver
import stat
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from matcher.mail import MailTrouble, compose, deliver
from matcher.settings import Settings


class Server(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as it takes to receive a mail; refuses recipients that begin with `no`."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[bytes] = []


class _Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in iter(self.rfile.readline, b""):
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.received.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            if word == b"RCPT" and b"<no" in line:
                self.wfile.write(b"550 nobody of that name\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def test_without_a_server_mails_are_files_that_only_the_owner_reads(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, mail_from="双链 <sl@example.org>")
    for _ in range(2):
        deliver(
            settings, compose(settings, "王\n经纪", "wang@example.org", "三条\r\nBcc: x@y.z", "正文\n第二行")
        )
    files = sorted((tmp_path / "outbox").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700
    read = message_from_bytes(files[0].read_bytes(), policy=default)
    assert read["To"].addresses[0].addr_spec == "wang@example.org"
    assert read["Subject"] == "三条 Bcc: x@y.z"
    assert read["Bcc"] is None
    assert read["Date"]
    assert read.get_content().split() == ["正文", "第二行"]


def test_a_server_receives_it(tmp_path: Path, server: Server) -> None:
    settings = Settings(data=tmp_path, smtp=f"smtp://127.0.0.1:{server.server_address[1]}")
    deliver(settings, compose(settings, "王", "wang@example.org", "三条", "正文"))
    assert "正文" in message_from_bytes(server.received[0], policy=default).get_content()
    assert not (tmp_path / "outbox").exists()
    with pytest.raises(MailTrouble, match="nobody of that name"):
        deliver(settings, compose(settings, "无", "nobody@example.org", "三条", "正文"))


@pytest.mark.parametrize(
    "url", ["smtp://me:sEcret@127.0.0.1:9", "http://me:sEcret@x", "smtp://", "smtp://me:sEcret@h:port"]
)
def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    settings = Settings(data=tmp_path, smtp=url)
    with pytest.raises(MailTrouble) as caught:
        deliver(settings, compose(settings, "王", "wang@example.org", "x", "x"))
    assert "sEcret" not in str(caught.value)


@pytest.mark.parametrize("address", ["", "wang", "a@b@c", "a b@c.d", "wang@example.org\nBcc: x@y.z"])
def test_what_is_no_address_gets_no_mail(tmp_path: Path, address: str) -> None:
    with pytest.raises(MailTrouble):
        compose(Settings(data=tmp_path), "王", address, "x", "x")
