"""``matcher serve``: pages and worker begin together, and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from corpora.store import Store
from matcher.jobs import has_worker
from matcher.settings import Settings


def test_the_server_brings_its_worker_and_takes_it_along(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    settings = Settings(data=tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "matcher", "serve", "--port", str(port)],
        env={**os.environ, "MATCHER_DATA": str(tmp_path)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while not has_worker(settings):
            assert time.monotonic() < end
            assert server.poll() is None
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/hello", timeout=20) as answer:
            assert answer.read() == b"ok"
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert not has_worker(settings)
    finally:
        server.kill()
        server.wait(10)


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = subprocess.run(
            [sys.executable, "-m", "matcher", "serve", "--port", str(port)],
            env={**os.environ, "MATCHER_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ran.returncode == 1
    assert str(port) in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
