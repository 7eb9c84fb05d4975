"""Published figures: one file, rendered into the README and checked by a test."""

from __future__ import annotations

import json
import re
from pathlib import Path

FIGURES = Path(__file__).with_name("figures.json")
README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def as_markdown() -> str:
    """Return the figures as the README shows them."""
    content = json.loads(FIGURES.read_text("utf-8"))
    lines = [
        f"Measured {content['date']} on {content['machine']} with `make bench`.",
        "",
        "| what | value | beside | value | ratio |",
        "| --- | ---: | --- | ---: | ---: |",
    ]
    for figure in content["figures"]:
        peer = figure["peer_value"]
        ratio = f"{figure['value'] / peer:.3g}" if peer else ""
        shown = "" if peer is None else f"{peer:,.4g} {figure['unit']}".strip()
        value = f"{figure['value']:,.4g} {figure['unit']}".strip()
        lines.append(f"| {figure['what']} | {value} | {figure['peer']} | {shown} | {ratio} |")
    return "\n".join(lines) + "\n"


def render(readme: str) -> str:
    """Return the README's text with the figures of today in their place."""
    return _BLOCK.sub(lambda found: found[1] + as_markdown() + found[2], readme)
