"""Writing what people take away: handsome workbooks, rejected rows, blank forms, exports."""

from __future__ import annotations

from corpora.writers.jsonlines import write_jsonlines
from corpora.writers.records import write_records
from corpora.writers.rejects import write_rejects
from corpora.writers.templates import write_templates
from corpora.writers.workbook import Choices, Sheet, write_workbook

__all__ = [
    "Choices",
    "Sheet",
    "write_jsonlines",
    "write_records",
    "write_rejects",
    "write_templates",
    "write_workbook",
]
