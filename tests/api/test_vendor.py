"""The vendored assets are what the manifest says, and nothing is loaded from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
API = ROOT / "api"
#: The website's, and what the map's page carries as a file of its own.
VENDORS = (API / "static" / "vendor", ROOT / "matcher" / "chainmap" / "page" / "vendor")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda path: path.parent.name)
def test_every_vendored_file_is_in_the_manifest_and_unchanged(vendor: Path) -> None:
    manifest = json.loads((vendor / "manifest.json").read_text("utf-8"))
    listed = {name: digest for package in manifest.values() for name, digest in package["files"].items()}
    there = {path.relative_to(vendor).as_posix(): path for path in vendor.rglob("*") if path.is_file()}
    del there["manifest.json"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == listed
    assert all(f"{package}/LICENSE" in listed for package in manifest)


def test_no_template_has_inline_code_or_loads_from_elsewhere() -> None:
    templates = list((API / "templates").rglob("*.html"))
    assert templates
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=[\"']|<style|hx-on|javascript:", re.IGNORECASE
    )
    elsewhere = re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//", re.IGNORECASE)
    for path in templates:
        text = path.read_text("utf-8")
        assert not inline.search(text), path
        assert not elsewhere.search(text), path
