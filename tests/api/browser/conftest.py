"""A real server and a real Chromium: each journey on a desk and on a phone, in Chinese and in English.

Pictures of what was seen stay in out/screenshots. Without Chromium these tests are skipped, but not in CI.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from corpora.accounts import Role
from corpora.store import Store
from matcher.service import Service
from tests.api.browsing import PASSWORD, copy_with_users

SCREENSHOTS = Path(__file__).parents[3] / "out" / "screenshots"
#: Width, height and language of each way of looking.
VIEWS = [(1280, 900, "zh"), (1280, 900, "en"), (360, 740, "zh"), (360, 740, "en")]
_START_SECONDS = 60
#: A busy machine is not a broken page.
_PATIENCE = 30_000
expect.set_options(timeout=_PATIENCE)


@dataclass(frozen=True)
class Server:
    """A running service: its address and its data folder."""

    url: str
    data: Path

    def store(self) -> Store:
        return Store(self.data)


@dataclass(frozen=True)
class View:
    """One browser window, in one language."""

    page: Page
    server: Server
    language: str
    name: str
    #: What the browser complained about: scripts that failed, what the policy refused.
    complaints: list[str]

    @property
    def is_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] < 500

    def open(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def say(self, zh: str, en: str) -> str:
        """Return the wording of the view's language."""
        return en if self.language == "en" else zh

    def log_in(self, role: Role) -> None:
        self.open("/login")
        self.page.locator("input[name=name]").fill(role.value)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main button").click()
        self.page.wait_for_url(re.compile(r"^(?!.*/login)"))

    def look(self, what: str) -> None:
        """Keep a picture, and see that the page fits, is accessible, and that the browser is content."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{what}.png", full_page=True)
        wide, narrow = (
            self.page.evaluate(f"document.documentElement.{side}Width") for side in ("scroll", "client")
        )
        assert wide <= narrow, f"{self.page.url} is {wide} px wide in a window of {narrow}"
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [
            (each["id"], [node["html"][:200] for node in each["nodes"]])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{self.page.url}: {serious}"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"


@pytest.fixture(scope="session")
def server(demo: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``matcher serve`` on a copy of the demo, with a user for each role, named like it."""
    data = tmp_path_factory.mktemp("server") / "data"
    copy_with_users(demo, data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"MATCHER_DATA": str(data), "MATCHER_URL": url, "MATCHER_LIMITS": "false"}
    with (data.parent / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "matcher", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, url, data.parent / "server.log")
            # What the first match loads is no test's time.
            urllib.request.urlopen(f"{url}/needs/n-nuts-01", timeout=_START_SECONDS).close()
            yield Server(url, data)
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/hello", timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(log.read_text("utf-8"))
            time.sleep(0.2)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium, and in CI the browser tests must run")
        pytest.skip("there is no chromium; install Debian's chromium and fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(
    chromium: Browser, server: Server, request: pytest.FixtureRequest
) -> Iterator[Callable[[int, int, str], View]]:
    """Open a window of its own cookies: width, height, language."""
    contexts = []

    def opened(width: int, height: int, language: str) -> View:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        context.add_cookies([{"name": "language", "value": language, "url": server.url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        name = re.sub(r"\W+", "-", request.node.originalname or request.node.name)
        return View(page, server, language, f"{name}-{language}-{width}", complaints)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(params=VIEWS, ids=lambda view: f"{view[2]}-{view[0]}")
def view(window: Callable[[int, int, str], View], request: pytest.FixtureRequest) -> View:
    return window(*request.param)
