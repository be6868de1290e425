"""What can be complained of: the bans and must-nots (五个严禁、八个不得, 国办发〔2024〕54号) and what may never be asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """One case. Those first in the list are what a person at the gate meets most."""

    NO_NOTICE = "NO_NOTICE", _("没有备案通知书就来检查")
    PEOPLE = "PEOPLE", _("来的人和通知书上不一样")
    DAY = "DAY", _("不是通知书上的日期、地点或企业")
    NO_CARD = "NO_CARD", _("不出示执法证")
    MONEY = "MONEY", _("要钱、乱收费、不给票据")
    GIFT = "GIFT", _("收礼品礼金、报酬")
    MEAL = "MEAL", _("吃请、娱乐、旅游")
    COST = "COST", _("检查费用让企业出")
    AGENT = "AGENT", _("指定中介机构、指定购买、指定保险")
    BOSS = "BOSS", _("故意要求法定代表人到场、要书面材料")
    STOP = "STOP", _("随意查封扣押、冻结、责令停产停业")
    QUOTA = "QUOTA", _("按指标检查、按罚款数额考核")
    DISGUISED = "DISGUISED", _("以观摩、督导、考察名义变相检查")
    SPONSOR = "SPONSOR", _("摊派、赞助、捐赠、集资")
    PRESS = "PRESS", _("强制订报刊、做广告宣传")
    MEMBERSHIP = "MEMBERSHIP", _("强制入会、收会费")
    TRAINING = "TRAINING", _("强制或者收费的培训、考试")
    AWARD = "AWARD", _("强制或者收费的评比、达标、表彰")
    SAMPLES = "SAMPLES", _("超量、无偿抽样")
    BORROW = "BORROW", _("借款、借物、占用")
    REVENGE = "REVENGE", _("因评价或者举报而刁难")
    OTHER = "OTHER", _("其他情况")


class Demand(models.TextChoices):
    """What may never be asked for, in a claim (“还被要求过……”)."""

    MONEY = "MONEY", _("要钱，没有依据或者不给票据")
    LEVY = "LEVY", _("摊派、集资")
    SPONSOR = "SPONSOR", _("赞助、捐赠、资助")
    PRESS = "PRESS", _("订阅报刊、书籍、音像")
    ADVERT = "ADVERT", _("做广告、有偿宣传")
    MEMBERSHIP = "MEMBERSHIP", _("入会、交会费")
    AWARD = "AWARD", _("评比、达标、表彰")
    TRAINING = "TRAINING", _("培训、考试")
    AGENT = "AGENT", _("指定中介、指定购买")
    INSURANCE = "INSURANCE", _("指定保险")
    SAMPLES = "SAMPLES", _("超量、无偿抽样")
    MEAL = "MEAL", _("食宿、礼品、纪念品")
    BORROW = "BORROW", _("借款、借物、占用")
    BOSS = "BOSS", _("要求法定代表人到场、书面汇报")
    STOP = "STOP", _("以检查为名停产")
