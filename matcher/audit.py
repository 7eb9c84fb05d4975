"""The audit log's words: what each action is called. The log keeps the English ones."""

from __future__ import annotations

#: Every action that is written down.
ACTIONS = {
    "login": "登录",
    "login failed": "登录失败",
    "logout": "退出登录",
    "password changed": "改了密码",
    "password reset": "重设了密码",
    "token issued": "新建了令牌",
    "token revoked": "撤销了令牌",
    "user added": "新建了账号",
    "role changed": "改了角色",
    "user disabled": "停用了账号",
    "user enabled": "恢复了账号",
    "need submitted": "提交了需求",
    "need edited by its owner": "企业改了需求",
    "need withdrawn": "企业撤回了需求",
    "need approved": "审核通过",
    "need sent back": "退回修改",
    "contact seen": "查看了联系方式",
    "judged": "标注了关联度",
    "verdict undone": "撤销了标注",
    "case opened": "开始对接",
    "case changed": "更新了对接",
    "introduction letter taken": "下载了引荐信",
    "exported": "导出",
    "roadshow made": "新建了路演",
    "roadshow changed": "改了路演",
    "roadshow planned": "排了路演",
    "roadshow published": "发布了路演",
    "roadshow cancelled": "取消了路演",
    "roadshow deleted": "删除了路演",
    "checked in": "登记了签到",
    "outcome entered": "填了洽谈结果",
    "outcome withdrawn": "撤回了洽谈结果",
    "search saved": "保存了订阅",
    "search deleted": "删除了订阅",
    "uploaded": "上传了文件",
    "discarded": "放弃了上传",
    "asked for": "开始了任务",
    "cancelled": "取消了任务",
    "imported": "导入",
    "learnt": "学习",
    "downloaded rejects": "下载了退回的行",
    "record saved": "写入了记录",
    "record deleted": "删除了记录",
    "merged": "合并了重复",
    "told apart": "判为不同",
    "setting changed": "改了设置",
    "word added": "加了词",
    "word removed": "删了词",
}


def words(action: str) -> tuple[str, str]:
    """Return what an action is called, Chinese and English; one that is not known, as it is."""
    return ACTIONS.get(action, action), action
