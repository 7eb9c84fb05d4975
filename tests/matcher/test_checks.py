"""Checks say met, unmet or unknown by the records alone."""

from __future__ import annotations

from datetime import date

import pytest

from corpora.records import Achievement, Need
from matcher.checks import CHECKS, check_pair

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("check", "need", "achievement", "status"),
    [
        ("stage", {"min_stage": 5}, {"stage": 6}, "met"),
        ("stage", {"min_stage": 6}, {"stage": "小试"}, "unmet"),
        ("stage", {"min_stage": 6}, {}, "unknown"),
        ("stage", {}, {"stage": 9}, "unknown"),
        ("budget", {"budget": "50-100万元"}, {"terms": "许可费30-50万元"}, "met"),
        ("budget", {"budget": "30万"}, {"terms": "转让费80万元"}, "unmet"),
        ("budget", {"budget": "60万"}, {"terms": "许可费50-80万元"}, "unknown"),
        ("budget", {"budget": "面议"}, {"terms": "转让费80万元"}, "unknown"),
        ("budget", {"budget": "100万元"}, {"terms": "面议"}, "unknown"),
        ("budget", {"budget": "100万元以上"}, {"terms": "转让费80万元"}, "met"),
        ("budget", {"budget": "50万元以上"}, {"terms": "转让费80万元"}, "unknown"),
        ("budget", {"budget": "100万元"}, {"terms": "转让费80万元，许可费每年10万元"}, "unknown"),
        ("deadline", {"deadline": "2026-11-22"}, {}, "unmet"),
        ("deadline", {"deadline": "2027-06-30"}, {"stage": 9}, "unknown"),
        ("deadline", {}, {}, "unknown"),
        ("region", {"region": "陕西省商洛市"}, {"region": "陕西省西安市"}, "met"),
        ("region", {"region": "陕西省商洛市"}, {"region": "北京市"}, "unmet"),
        ("region", {"region": "陕西省商洛市"}, {}, "unknown"),
        ("mode", {"modes": "技术转让、合作开发"}, {"modes": "合作开发"}, "met"),
        ("mode", {"modes": "技术转让"}, {"modes": "技术服务"}, "unmet"),
        ("mode", {"modes": "技术转让"}, {"modes": "其他"}, "unknown"),
        ("ip", {"ip_wanted": "归企业所有"}, {"modes": "技术转让"}, "met"),
        ("ip", {"ip_wanted": "归企业所有"}, {"modes": "技术许可"}, "unmet"),
        ("ip", {"ip_wanted": "双方共有"}, {}, "unknown"),
        ("ip", {"ip_wanted": "协商确定"}, {}, "met"),
        ("ip", {}, {"modes": "技术转让"}, "unknown"),
    ],
)
def test_each_rule(check: str, need: dict[str, object], achievement: dict[str, object], status: str) -> None:
    checks = check_pair(
        Need.model_validate({"title": "需求", **need}),
        Achievement.model_validate({"title": "成果", **achievement}),
        TODAY,
    )
    assert checks[check].status == status
    assert checks[check].zh
    assert checks[check].en


def test_empty_records_claim_nothing() -> None:
    checks = check_pair(Need(title="需求"), Achievement(title="成果"), TODAY)
    assert list(checks) == list(CHECKS)
    assert {check.status for check in checks.values()} == {"unknown"}
