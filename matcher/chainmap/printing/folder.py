"""The folder of a map: map.json and its papers, all of them new or all of them as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from corpora.files import trouble
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing.figures import write_figure_folder
from matcher.chainmap.printing.papers import PAPERS

#: In a folder figures are of more use than in an archive.
FIGURES = "figures"


def write_folder(folder: Path, chart: IntegrationMap) -> list[Path]:
    """Write the map, its papers and a figure of each chain into `folder`; return what is there now.

    Everything is written beside first, so that a full disk or an error leaves the files of the map
    before. Files of other names stay. Raises DataFolderTrouble.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".map-", dir=folder))
    except OSError as error:
        raise trouble(folder, error) from error
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        old.mkdir()
        for name, paper in PAPERS.items():
            if name == FIGURES:
                write_figure_folder(new / FIGURES, chart)
            else:
                paper.write(new / paper.file, chart)
        made = sorted(new.iterdir())
        for path in made:
            if (folder / path.name).exists():
                os.replace(folder / path.name, old / path.name)
        for path in made:
            os.replace(path, folder / path.name)
        return [folder / path.name for path in made]
    except OSError as error:
        raise trouble(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
