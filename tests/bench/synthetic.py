"""Larger corpora for benchmarks, recombined from the demo's sentences and marked synthetic."""

from __future__ import annotations

import random
from importlib import resources
from typing import Any

import yaml

from models.text import sentences


def synthetic_achievements(size: int, seed: int = 0) -> list[dict[str, Any]]:
    """Return `size` rows under Chinese headings; texts of four sentences drawn from the demo's."""
    source = resources.files("corpora") / "demo" / "source"
    records = [
        record
        for path in sorted(source.iterdir(), key=lambda each: each.name)
        for record in yaml.safe_load(path.read_text("utf-8")).get("achievements") or []
    ]
    pool = [sentence for record in records for sentence in sentences(record["text"])]
    chance = random.Random(seed)
    return [
        {
            "编号": f"synthetic-{number}",
            "成果名称": f"{chance.choice(records)['title']}（合成 {number}）",
            "成果简介": "".join(chance.sample(pool, 4)),
            "完成单位": chance.choice(records)["institution"],
            "成熟度": chance.choice(["小试", "中试", "TRL7", "产业化", ""]),
            "合作方式": chance.choice(["技术转让", "合作开发；技术许可", "技术服务"]),
            "合作条件": chance.choice(["面议", "许可费30-50万元", "转让费不超过120万元"]),
            "所在地区": "陕西省西安市",
        }
        for number in range(size)
    ]
