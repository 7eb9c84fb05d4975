"""The papers of the integration map: what can be taken away of it, each made of the kept map alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpora.errors import UnknownRecord, shorten
from corpora.files import replacing
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing.book import write_book
from matcher.chainmap.printing.figures import write_figures, write_overview
from matcher.chainmap.printing.graphml import write_graph
from matcher.chainmap.printing.sheets import write_sheets
from matcher.chainmap.webpage import write_page

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Paper:
    """One paper that can be taken away by itself. The same map gives the same bytes."""

    file: str
    media_type: str
    zh: str
    en: str
    writer: Callable[[Path, IntegrationMap], None]

    def write(self, path: Path, chart: IntegrationMap) -> None:
        """Write it as `path`. Raises DataFolderTrouble where that cannot be written."""
        self.writer(path, chart)


def write_json(path: Path, chart: IntegrationMap) -> None:
    """Write the map itself. Raises DataFolderTrouble where the file cannot be written."""
    with replacing(path) as stream:
        stream.write(chart.model_dump_json().encode())
        stream.write(b"\n")


#: Every paper by its name, in the order in which pages offer them.
PAPERS: dict[str, Paper] = {
    "word": Paper("map.docx", _WORD, "图谱（Word，一链一页，可打印成册）", "the map as a book, a page a chain (Word)",
                  write_book),
    "excel": Paper("map.xlsx", _EXCEL, "清单（Excel：环节、裁定、需求、成果、机构、缺口、行动）",
                   "the lists: nodes, verdicts, needs, achievements, gaps, actions (Excel)", write_sheets),
    "page": Paper("map.html", "text/html; charset=utf-8", "网页版，可离线打开", "an interactive page that opens offline",
                  write_page),
    "png": Paper("map.png", "image/png", "总览图（图片）", "the overview as a picture", write_overview),
    "svg": Paper("map.svg", "image/svg+xml", "总览图（矢量，可放大打印）", "the overview, in any size", write_overview),
    "figures": Paper("figures.zip", "application/zip", "各产业链的图（压缩包）", "a figure of each chain (zip)",
                     write_figures),
    "graph": Paper("map.graphml", "application/graphml+xml", "关系网络（GraphML，可用 Gephi 打开）",
                   "the network, for Gephi (GraphML)", write_graph),
    "json": Paper("map.json", "application/json", "全部数据（JSON）", "all data (JSON)", write_json),
}  # fmt: skip


def paper(name: str) -> Paper:
    """Raises UnknownRecord where there is no such paper."""
    if name not in PAPERS:
        raise UnknownRecord(
            f"没有“{shorten(name)}”这种材料；可选：{'、'.join(PAPERS)}",
            f"there is no paper '{shorten(name)}'; there are: {', '.join(PAPERS)}",
        )
    return PAPERS[name]
