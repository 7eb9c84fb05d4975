"""Heading rows as bureaus, universities and enterprises write them: every column, and what it must mean."""

from __future__ import annotations

import re

import pytest

from corpora.errors import BadRequest
from corpora.readers.headings import check_overrides, means_a_field, understand
from corpora.vocabulary import Kind

ACHIEVEMENT, NEED, ORGANIZATION = Kind.ACHIEVEMENT, Kind.NEED, Kind.ORGANIZATION

#: One table a paragraph: its kind, then each heading with "=" and the field that it means, if it means any;
#: "_" stands for a space.
WRITTEN = """
achievement: 序号 *成果名称=title *完成单位=institution 成果简介=text 主要技术指标=text 应用领域=fields
   成熟度=stage 知识产权情况=ip 转化方式=modes 联系人=contact_name 联系电话=contact_phone
achievement: 编号=id 成果名称（必填）=title 所属领域=fields 成果所属单位=institution 成果负责人=inventors
   负责人电话=contact_phone 成果简介(500字以内)=text 技术成熟度（TRL）=stage 预期价格（万元）=terms 备注
achievement: 学校名称=institution 学院 项目名称=title 项目负责人=inventors 项目负责人电话=contact_phone
   项目简介=text 应用前景=text 获奖情况 知识产权=ip 所处阶段=stage 合作意向=modes
achievement: 专利号=ip 专利名称=title 专利权人=institution 发明人=inventors 专利类型 申请日 专利授权日
   法律状态 摘要=text 转让方式=modes 联系人及电话=contact
achievement: 成果登记号=registration_number 成果名称=title 第一完成单位=institution 合作完成单位
   成果登记日期 成果类别=form 应用行业=fields 邮编 统一社会信用代码 是否公开
achievement: 1.成果名称=title 2.完成单位=institution 3.团队负责人=inventors 4.成果介绍=text 5.创新点=text
   6.技术指标=text 8.成熟度=stage 9.转化需求 10.联系方式=contact
achievement: 一、科技成果名称=title 二、持有单位=institution 三、简要说明=text 四、成果所处阶段=stage
   五、推广应用情况=text 六、合作方式=modes 七、联系人=contact_name 八、手机号码=contact_phone
achievement: 项目名称★=title 技术领域★=fields 单位名称★=institution 核心技术优势=text 知识产权状态=ip
   产业化阶段=stage 拟合作模式=modes 拟融资金额 联系人姓名=contact_name 联系人手机=contact_phone
   联系人邮箱=contact_email
achievement: 成果编码=id 成果标题=title 研发单位=institution 主要研发人员=inventors 关键词1-3个=keywords
   成果摘要=text TRL等级=stage 成果形态=form 专利情况=ip 行业分类=fields 合作条件=terms 所在地市=region
achievement: 成果|名称=title 成果|简介=text 完成单位|名称=institution 完成单位|地址=region
   联系方式|联系人=contact_name 联系方式|电话=contact_phone 联系方式|邮箱=contact_email
achievement: 技术成果名称=title 供给单位=institution 团队带头人=inventors 成果概述=text 技术先进性=text
   转化成熟度=stage 意向转让价（万元）=terms 成果拟转化方式（转让/许可/作价入股）=modes 备注说明
achievement: 成果名稱=title 完成單位=institution 成果簡介=text 關鍵詞=keywords 聯絡人=contact_name
   聯絡電話=contact_phone
need: 序号 企业名称=enterprise 需求名称=title 需求内容=text 技术指标=indicators 需求类型 所属行业=fields
   合作方式=modes 拟投入资金（万元）=budget 联系人=contact_name 联系人电话=contact_phone 所在县区=county
need: 县（区）=county 需求单位=enterprise 单位性质 技术需求名称=title 技术需求简述=text
   预期目标=indicators 期望解决时间=deadline 拟投入研发经费(万元)=budget 知识产权归属要求=ip_wanted
   联系人=contact_name 手机=contact_phone 填报日期
need: 榜单编号=id 榜单名称=title 发榜单位=enterprise 榜单内容=text 考核指标=indicators
   悬赏金额（万元）=budget 揭榜条件 完成期限=deadline 产权归属=ip_wanted 所属产业链=fields
   联系人及联系方式=contact
need: 难题名称=title 企业=enterprise 企业类型 是否高新技术企业 上年度营业收入（万元）
   上年度研发经费（万元） 难题描述=text 主要考核指标=indicators 项目实施期限=deadline
   预计投入（元）=budget 联系人=contact_name 电话=contact_phone 邮箱=contact_email
need: 企业名称=enterprise 所属领域=fields 主营产品 技术难题=title 难题背景=text 需要突破的关键技术=text
   达到的技术指标=indicators 经费预算/万元=budget 合作单位要求 期望合作方式=modes 期望完成时限=deadline
need: 一、企业名称=enterprise 二、统一社会信用代码 三、注册地址=region 四、需求名称=title
   五、需求描述=text 六、现有基础=text 七、期望目标=indicators 八、资金投入（万元）=budget
   九、合作方式=modes 十、联系人=contact_name 十一、联系电话=contact_phone
need: “揭榜挂帅”技术难题名称=title 发榜企业=enterprise 榜单金额（万元）=budget 技术难题描述及要求=text
   成果归属=ip_wanted 截止时间=deadline 联系人/电话=contact
need: 企业全称=enterprise 技术需求名称=title 技术需求内容（主要技术问题、指标）=text 技术需求类别
   意向投入（万元）=budget 解决方式=modes 技术成熟度要求=min_stage 所在地市=region 所属县区=county
   法人代表 联系人=contact_name 联系人手机号=contact_phone 单位编号 职务
need: 企业信息|名称=enterprise 企业信息|地址=region 企业信息|简介 需求情况|名称=title 需求情况|内容=text
   需求情况|考核指标=indicators 联系人|姓名=contact_name 联系人|电话=contact_phone
need: 提报单位=enterprise 需求题目=title 问题现状描述=text 希望达到的技术指标=indicators 需求提出时间
   需求截止时间=deadline 可提供经费（万元）=budget 是否愿意共建研发平台 企业对接人=contact_name
   对接人电话=contact_phone
need: 产业链=fields 链主企业 企业名称=enterprise “卡脖子”技术难题=title 技术现状=text 攻关目标=indicators
   攻关周期=deadline 研发投入预算=budget 成果权属=ip_wanted
need: Need_title=title Company=enterprise Problem_description=text Target_indicators=indicators
   Deadline=deadline Budget_(10k_CNY)=budget IP_ownership=ip_wanted Minimum_TRL=min_stage
   Contact_name=contact_name Mobile=contact_phone Email=contact_email Membership Postcode
achievement: No. Achievement_title=title Abstract=text Institution=institution Inventors=inventors
   TRL=stage Patents=ip Fields_of_application=fields Cooperation_modes=modes Price=terms
   Contact_person=contact_name Phone=contact_phone E-mail=contact_email Relationship
organization: 企业名称=name 统一社会信用代码 企业类型=tier 所属行业=fields 主营业务=text
   主营业务收入（万元） 所在县区=county 详细地址=region 联系人=contact_name 联系电话=contact_phone
   成立时间 注册资本（万元）
organization: 平台名称=name 平台类型=kind 依托单位 级别 服务内容=text 联系方式=contact 地址=region
   批准时间
organization: 基金名称=name 基金类型=kind 管理机构 基金规模（亿元） 投资领域=fields 联系人=contact_name
   电话=contact_phone
organization: 园区名称=name 级别 主导产业=fields 所在县区=county 入驻企业数 简介=text
organization: 机构名称=name 机构类别=kind 业务范围=text 所在地=region 电子邮箱=contact_email 传真 网址
organization: Name=name Type=kind Tier=tier Region=region County=county Profile=text Fields=fields
   Contact=contact
"""
TABLES = [
    (Kind(kind), table.split()) for kind, table in re.findall(r"^(\w+):((?:.|\n )*)", WRITTEN, re.MULTILINE)
]


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=range(len(TABLES)))
def test_a_bureau_s_headings_mean_what_they_say(kind: Kind, table: list[str]) -> None:
    pairs = [each.partition("=") for each in table]
    labels = [label.replace("_", " ") for label, _, _ in pairs]
    found = understand(labels)
    assert found is not None
    assert found.kind is kind
    meant = {label: found.fields.get(position, "") for position, label in enumerate(labels)}
    assert meant == {label: name for label, (_, _, name) in zip(labels, pairs, strict=True)}


@pytest.mark.parametrize("kind", [ACHIEVEMENT, NEED])
@pytest.mark.parametrize(
    "heading",
    [
        "序号", "备注", "需求类型", "单位性质", "企业类型", "是否公开", "是否高新技术企业", "填报日期",
        "填表人", "审核意见",
        "成果登记日期", "专利授权日", "专利申请日期", "邮编", "邮政编码", "统一社会信用代码", "法定代表人",
        "注册资本（万元）",
        "上年度研发经费（万元）", "近三年研发投入", "年研发投入", "成立时间", "职务", "职称", "传真",
        "网址", "单位编号", "证书编号",
        "推荐单位意见", "主管部门", "合作单位名称", "获奖情况", "员工人数", "联系人职务", "联系人身份证号",
        "发布时间", "企业简介",
        "Ownership structure", "Postcode", "Website", "", "　", "-", "/", "成" * 300,
    ],
)  # fmt: skip
def test_headings_that_mean_no_field_are_left_out(heading: str, kind: Kind) -> None:
    found = understand(["成果名称" if kind is ACHIEVEMENT else "需求名称", "所属领域", heading], kind)
    assert found is not None
    assert 2 not in found.fields


@pytest.mark.parametrize(
    "heading",
    [
        "*成果名称", "成果名称*", "★成果名称", "成 果 名 称", "成果\n名称", "1.成果名称", "1、成果名称",
        "（1）成果名称", "(一)成果名称",
        "一、成果名称", "①成果名称", "成果名称（必填）", "成果名称(不超过30字)", "【成果名称】",
        "成果名称：", "“成果名称”", "成果名称（全称",
        "成果名稱", "ＴＩＴＬＥ", "Title *", "title", "achievement title",
    ],
)  # fmt: skip
def test_ornaments_of_a_heading_do_not_matter(heading: str) -> None:
    found = understand([heading, "完成单位"], ACHIEVEMENT)
    assert found is not None
    assert found.fields[0] == "title"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("预算（万元）", "万元"), ("预算(元)", "元"), ("预算/万元", "万元"), ("预算 万元", "万元"),
        ("预算（单位：万元）", "万元"),
        ("预算（人民币元）", "元"), ("预算：亿元", "亿元"), ("Budget (10k CNY)", "万元"),
        ("Budget (CNY)", "元"),
        ("Budget (million RMB)", "百万元"), ("预算", None), ("预算（必填）", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_budget_stands_in_its_heading(heading: str, unit: str | None) -> None:
    found = understand(["需求名称", heading])
    assert found is not None
    assert found.fields[1] == "budget"
    assert found.units.get(1) == unit


def test_file_and_sheet_decide_between_kinds_that_fit_alike() -> None:
    labels = ["项目名称", "合作方式"]
    assert understand(labels, hint="2026年技术需求汇总").kind is NEED  # type: ignore[union-attr]
    assert understand(labels, hint="科技成果清单").kind is ACHIEVEMENT  # type: ignore[union-attr]
    assert understand(labels, kind=ACHIEVEMENT, hint="技术需求").kind is ACHIEVEMENT  # type: ignore[union-attr]


def test_the_exact_heading_wins_over_one_that_only_ends_like_it() -> None:
    found = understand(["其他完成单位", "完成单位", "成果名称"])
    assert found is not None
    assert found.fields == {1: "institution", 2: "title"}


def test_overrides_decide_and_an_empty_one_leaves_out() -> None:
    labels = ["课题", "干啥的", "联系方式|座机", "需求名称"]
    overrides = {"课题": "title", "干啥的（可空）": "text", "座机": "contact_phone", "需求名称": ""}
    found = understand(labels, NEED, overrides=overrides)
    assert found is not None
    assert found.fields == {0: "title", 1: "text", 2: "contact_phone"}


def test_an_override_to_no_field_is_refused_with_the_choices() -> None:
    with pytest.raises(BadRequest, match=r"--map 甲=名字.*没有字段“名字”.*title"):
        check_overrides({"甲": "名字"})


@pytest.mark.parametrize(
    "labels", [[], [""], ["甲", "乙"], ["需求名称"], ["联系人", "电话"], ["核桃青皮脱除", "2026"]]
)
def test_what_heads_no_table_is_no_header(labels: list[str]) -> None:
    assert understand(labels) is None


def test_a_label_of_a_form_is_told_from_its_value() -> None:
    assert means_a_field("需求名称*", None)
    assert means_a_field("企业名称", NEED)
    assert not means_a_field("我们想把核桃青皮脱得干净一些，用水不要太多，最好两个人就能看住", None)
    assert means_a_field("技术难题名称", None, exactly=True)
    assert not means_a_field("陕西某某食品有限公司", None, exactly=True)
