"""Mail: sent through the SMTP server of the settings, or written as a file where there is none."""

from __future__ import annotations

import secrets
import smtplib
import ssl
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from urllib.parse import unquote, urlsplit

from corpora.errors import ShuanglianError, one_line
from corpora.files import replacing, trouble
from matcher.settings import Settings

OUTBOX = "outbox"
_TIMEOUT_SECONDS = 20


class MailTrouble(ShuanglianError):
    """A mail could not be sent: a wrong address, no server, or one that refuses it."""


def compose(settings: Settings, name: str, address: str, subject: str, text: str) -> EmailMessage:
    """Return a mail of plain text to one person. Raises MailTrouble where the address is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(one_line(name), addr_spec=address)
        message["From"] = settings.mail_from
        sender = message["From"].addresses[0].domain
    except (ValueError, MessageError, IndexError) as error:
        raise MailTrouble(
            "收件或发件地址写得不对；请检查", "an address of the mail is malformed; check it"
        ) from error
    message["Subject"] = one_line(subject)
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender or "localhost")
    # So that nobody's absence notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Send the mail, or, without a server, write it into the outbox of the data folder as an .eml file.

    Raises MailTrouble where the server cannot be reached or refuses, DataFolderTrouble where the file
    cannot be written.
    """
    if settings.smtp:
        _send(settings.smtp, message)
        return
    folder = settings.data / OUTBOX
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise trouble(folder, error) from error
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    with replacing(folder / f"{stamp}-{secrets.token_hex(4)}.eml") as stream:
        stream.write(message.as_bytes())


def _send(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in ("smtp", "smtps") or not host:
            raise ValueError("not smtp://host")
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port or 587, timeout=_TIMEOUT_SECONDS)
        ) as server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # The address of the server, never its password.
        where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise MailTrouble(
            f"邮件没有发出：{where}（{error}）；请检查设置 MATCHER_SMTP，下次会再试",
            f"the mail was not sent by {where} ({error}); check MATCHER_SMTP; it is tried again next time",
        ) from error
