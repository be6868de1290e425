"""Which column is which: by its heading, in the many wordings that counties use. ``docs/adr/0015`` says how a table is found."""

import re
import unicodedata
from functools import lru_cache

#: role -> whole headings that mean it (blanks, brackets and signs taken out). The first that fits counts.
_LOOK = "(?:年度|计划|拟|预计|双随机|随机|部门|跨部门|联合|行政|执法|监督|监管|日常|专项|涉企|入企|检查|抽查|抽取|被检查|被抽查|重点|主要|具体|工作)*"
_BODY = "(?:部门|单位|机关|机构|主体|局)(?:名称|及职责|分工)?"
ROLES: list[tuple[str, str]] = [
    ("number", "序号|序列号?|序次|顺序号?|行号|编号|项次|no"),
    ("remark", "备注(?:说明)?|说明|其他|其它|注|其他说明|联系人(?:及电话|及联系方式)?|联系电话|联系方式|电话|责任人|负责人|有关要求|工作要求"),
    ("code", "(?:任务|计划|事项|项目|检查)(?:编号|编码|代码)"),
    ("basis", f"{_LOOK}(?:法律|法规|政策|设定|实施|事项|法律法规|主要)*(?:依据|法律依据)(?:名称|条款|及条款)?"),
    ("ratio_frequency", f"{_LOOK}(?:比例|比率)(?:及|和|与|或|、)?{_LOOK}(?:频次|频率|次数)(?:要求)?|{_LOOK}(?:频次|频率)(?:及|和|与|或)?{_LOOK}(?:比例|比率)"),
    ("ratio", f"{_LOOK}(?:对象|企业|人员)?(?:比例|比率|抽查率|占比|覆盖率)(?:要求|安排)?"),
    ("frequency", f"{_LOOK}(?:频次|频率|频度|次数|周期)(?:上限|要求|安排)?"),
    ("base", f"{_LOOK}(?:对象|企业|主体|市场主体|监管对象)*(?:基数|总数|总量|存量|总户数|总家数)"),
    ("count", f"{_LOOK}(?:对象|企业|主体|市场主体|经营主体)*(?:数量|数目|户数|家数|数|户次|家次|批次|户次数|家次数)(?:安排|要求)?"),
    ("matter_kind", f"{_LOOK}事项(?:类别|类型|属性|性质|分类)"),
    ("joint_item", "(?:部门|跨部门)?联合(?:双随机)?(?:随机)?(?:抽查|检查)(?:事项|任务|项目)(?:名称)?"),
    ("power_item", "(?:权责清单|权力清单|权力事项|互联网\\+监管|监管事项清单|权责)(?:中)?(?:事项|目录)?(?:名称)?"),
    ("object", f"{_LOOK}(?:市场|经营|行政|生产)?(?:对象|相对人|企业|监管对象|市场主体|经营主体)(?:名称|名录|范围|类型|类别|及范围|范围及条件|库|名称及范围|主体类型|情况)*"),
    ("object", "被(?:检查|抽查)(?:单位|企业|主体|对象)(?:名称|名录|范围)?|(?:检查|抽查|监管)(?:对象)?范围"),
    ("domain", f"{_LOOK}(?:行业|业务|任务|对象)?(?:领域|类别|类型|大类|行业|分类)(?:名称)?"),
    ("lead", f"(?:牵头|发起|主办|主责|主要负责|牵头发起|牵头组织|牵头检查|联合牵头)(?:检查|抽查|实施|责任)?(?:{_BODY})?"),
    ("partner", f"(?:配合|参与|协同|联合|参检|参加|协办|协助|会同|成员|参与配合|协同配合)(?:检查|抽查|实施|责任)?(?:{_BODY})|配合|参与|协办|协同"),
    ("section", "(?:责任|承办|牵头|实施|检查|具体|业务|主管|负责)*(?:股室|科室|处室|科队|内设机构|股队|处科室|股站|大队|科所)(?:名称)?"),
    ("part", "(?:部门|单位)?(?:分工|角色|牵头配合|发起配合|发起或配合|牵头或配合|职责分工)"),
    ("level", f"{_LOOK}(?:组织|实施|行使|事项|层级)*(?:层级|级别|层次)"),
    ("agency", f"{_LOOK}(?:组织|实施|责任|承办|主管|制定|执行|填报|计划|组织实施|制定计划|检查实施|主体责任)*{_BODY}"),
    ("method", f"{_LOOK}(?:实施|组织)*(?:方式|方法|形式|途径|手段|方式方法)(?:名称)?"),
    ("starts", f"{_LOOK}(?:时间|日期|月份)?(?:开始|起始|启动|自)(?:时间|日期|月份)?"),
    ("ends", f"{_LOOK}(?:时间|日期|月份)?(?:结束|截止|终止|止)(?:时间|日期|月份)?"),
    ("months", f"{_LOOK}(?:开展|实施|组织|执行|完成|起止|任务|进行|启动|安排|时间)*(?:时间|日期|月份|时限|期限|时段|季度|进度|年月)(?:安排|要求|节点|范围|计划|段)*"),
    ("content", f"{_LOOK}(?:事项|任务)?(?:内容|要点|检查重点|抽查重点)(?:及要求|和要求|要求|及方法)?"),
    ("item", f"{_LOOK}(?:具体)?(?:任务|计划|事项|项目|主题|细目|子项)(?:名称|清单|内容)*|{_LOOK}名称|事项"),
]  # fmt: skip
_COMPILED = [(role, re.compile(pattern)) for role, pattern in ROLES]
#: a table must say what is looked at …
WHAT = {"item", "joint_item", "power_item", "content", "object", "domain"}
#: … and when, how often, how or by whom
HOW = {"months", "starts", "ends", "ratio", "frequency", "ratio_frequency", "count", "method", "agency", "lead", "partner", "level"}
_BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]")


def bare(text: str) -> str:
    """Return a heading without blanks, brackets, signs and full-width forms."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"[\s\W_]+", "", text)


@lru_cache(maxsize=20_000)
def role_of(*levels: str) -> str:
    """Return the role of a column with these headings from top to bottom, ``""`` if none fits."""
    said = [bare(text) for text in dict.fromkeys(levels) if bare(text)]
    if not said or any(len(text) > 24 for text in said):
        return ""
    below, above = said[-1], "".join(said[:-1])
    for words in (below, above + below if above else "", above):
        if words:
            for role, pattern in _COMPILED:
                if pattern.fullmatch(words):
                    return role
    return ""


def is_a_table(roles: list[str]) -> bool:
    """Return whether these roles together head a programme: what is looked at, and how."""
    said = {role for role in roles if role}
    return len(said) >= 3 and bool(said & WHAT) and bool(said & HOW)
