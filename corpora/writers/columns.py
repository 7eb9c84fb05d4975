"""The columns of exports and blank forms: fields in the words of the usual 征集表."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpora.vocabulary import Kind, vocabulary


@dataclass(frozen=True)
class Column:
    """A field with its heading, and how to fill it in.

    `note` stands in brackets behind the heading of a blank form; `choices` names the list of the
    vocabulary that the field takes its words from, and `others` says that other words do as well;
    `lines` is how many lines of a Word form it needs: 0 puts it on one line with its neighbour.
    """

    field: str
    heading: str
    zh: str
    en: str
    note: str = ""
    width: int = 16
    lines: int = 0
    choices: str = ""
    others: bool = False
    required: bool = False

    @property
    def form_heading(self) -> str:
        return self.heading + ("*" if self.required else "") + (f"（{self.note}）" if self.note else "")

    def words(self) -> list[str]:
        """Return what the drop-down list offers."""
        if not self.choices:
            return []
        entries = vocabulary().lists[self.choices]
        if isinstance(entries, list):
            return list(entries)
        return [
            stage_word(int(key)) if self.choices == "stages" else entry["zh"]
            for key, entry in entries.items()
        ]

    @property
    def boxes(self) -> dict[str, str]:
        """What a Word form offers to tick, by key.

        Without the figures of the stages, which would be read whether ticked or not.
        """
        entries = vocabulary().lists.get(self.choices, [])
        return {} if isinstance(entries, list) else {key: entry["zh"] for key, entry in entries.items()}


def stage_word(stage: int) -> str:
    """Return a stage in words and figure: 中试（TRL6）."""
    return f"{vocabulary().label('stages', str(stage))[0]}（TRL{stage}）"


#: What a form and a file are called.
NAMES = {Kind.ACHIEVEMENT: "科技成果", Kind.NEED: "技术需求", Kind.ORGANIZATION: "机构名录"}
NAMES_EN = {Kind.ACHIEVEMENT: "achievements", Kind.NEED: "needs", Kind.ORGANIZATION: "organizations"}
FORM_NAMES = {Kind.ACHIEVEMENT: "科技成果征集表", Kind.NEED: "技术需求征集表", Kind.ORGANIZATION: "机构名录"}

_PLACE = (
    Column(
        "region", "所在地区", "省和市，如：陕西省商洛市", "province and city, e.g. 陕西省商洛市", "省、市"
    ),
    Column("county", "所在县区", "如：商州区", "e.g. 商州区", choices="counties", others=True),
)
#: Private: in a blank form, and in an export only where it is asked for.
CONTACT = (
    Column("contact_name", "联系人", "姓名，不公开", "a name; kept private", width=10),
    Column("contact_phone", "联系电话", "手机或座机，不公开", "mobile or landline; kept private"),
    Column("contact_email", "邮箱", "不公开", "kept private", width=22),
)
_STAGE = Column(
    "stage",
    "技术成熟度",
    "选一项，或填 TRL 1–9；有几个阶段的填最低的",
    "choose one, or write TRL 1–9; of several, the lowest",
    choices="stages",
)
_MODES = Column(
    "modes",
    "合作方式",
    "可选列表中的一项，也可自己写，几项之间用“、”隔开",
    "choose from the list, or write several, parted by 、",
    "可多选",
    lines=2,
    choices="modes",
    others=True,
)
_FIELDS = Column(
    "fields", "所属领域", "几个领域之间用“、”隔开，如：食用菌、食品加工", "several are parted by 、", width=18
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.ACHIEVEMENT: (
        Column("id", "成果编号", "本单位的编号，没有可不填；再次报送时编号相同即为更新",
               "your own number, if any; the same number sent again updates", "没有可不填", 14),
        Column("title", "成果名称", "200 字以内，说清是什么技术",
               "up to 200 characters, naming the technology", width=30, lines=1, required=True),
        Column("text", "成果简介", "解决什么问题、怎么解决、主要指标、创新点、已有应用；写得越具体，匹配越准",
               "the problem, the solution, figures, what is new, where it runs; detail makes matches better",
               "主要内容、技术指标、创新点、应用情况", 60, 11),
        Column("keywords", "关键词", "不超过 3 个，用“、”隔开", "up to 3, parted by 、", "不超过3个", 18, 1),
        Column("institution", "完成单位", "单位全称", "the institution's full name", width=22),
        Column("inventors", "主要完成人", "用“、”隔开", "parted by 、"),
        replace(_STAGE, lines=2),
        Column("form", "成果形式", "如：新技术、新工艺、新产品、新材料、新装备、新品种",
               "e.g. technology, process, product, material, equipment, variety"),
        Column("registration_number", "成果登记号", "没有可不填", "if any"),
        Column("ip", "知识产权情况", "专利号、名称和法律状态，或软件著作权、品种权等",
               "patents with number and status, or other rights", "专利号及状态", 24, 2),
        replace(_FIELDS, heading="应用领域", lines=1),
        replace(_MODES, heading="拟转化方式"),
        Column("terms", "合作条件", "意向价格（写明元或万元）和其他条件，也可写“面议”",
               "the price asked, with 元 or 万元, and other terms; 面议 leaves it open", "含意向价格", 24, 2),
        *_PLACE,
        *CONTACT,
    ),
    Kind.NEED: (
        Column("id", "需求编号", "本单位的编号，没有可不填；再次报送时编号相同即为更新",
               "your own number, if any; the same number sent again updates", "没有可不填", 14),
        Column("title", "需求名称", "200 字以内，说清要解决什么",
               "up to 200 characters, naming what is to be solved", width=30, lines=1, required=True),
        Column("enterprise", "企业名称", "单位全称", "the enterprise's full name", width=22),
        _FIELDS,
        Column("text", "需求描述", "现在怎么做、问题在哪、试过什么办法；写得越具体，匹配越准",
               "how it is done today, what is wrong, what was tried; detail makes matches better",
               "现状、问题、已做尝试", 60, 11),
        Column("indicators", "考核指标", "一行一条，写可检验的数值，如：漏检率≤0.5%",
               "one a line, with figures that can be checked", "一行一条", 36, 5),
        Column("deadline", "完成时限", "如：2027-06-30 或 2027年6月；不限可不填",
               "e.g. 2027-06-30 or 2027年6月; empty where open", width=13),
        Column("budget", "经费预算", "单位万元，如：50、50-100、不超过200、面议",
               "in 万元 (10,000 CNY), e.g. 50, 50-100, 不超过200, 面议", "万元", 14),
        _MODES,
        Column("ip_wanted", "知识产权归属", "选一项", "choose one", lines=1, choices="ownership"),
        replace(_STAGE, field="min_stage", heading="最低成熟度", note="可接受的", lines=2),
        Column("attachments", "附件", "随表附送的文件名，用“、”隔开",
               "names of files sent along, parted by 、", "文件名", 16, 1),
        *_PLACE,
        *CONTACT,
    ),
    Kind.ORGANIZATION: (
        Column("id", "机构编号", "没有可不填；再次报送时编号相同即为更新",
               "your own number, if any; the same number sent again updates", "没有可不填", 14),
        Column("name", "机构名称", "全称", "the full name", width=30, lines=1, required=True),
        Column("kind", "机构类型", "选一项", "choose one",
               width=14, lines=2, choices="organization_kinds"),
        Column("tier", "企业梯队", "企业选一项，其他机构不填", "for enterprises: choose one",
               width=18, lines=2, choices="tiers"),
        Column("text", "机构简介", "主营产品或研究方向、设备、人员、能提供的服务",
               "products or research, equipment, people, services", width=60, lines=11),
        replace(_FIELDS, lines=1),
        *_PLACE,
        *CONTACT,
    ),
}  # fmt: skip
