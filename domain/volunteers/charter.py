"""What may a volunteer expect, and what is expected of them? Their rights and duties, to be read before they serve.

In our own short words, each with the law it comes from. Whoever accepted an edition accepted these words: an edition is
never changed, another one follows it. Which edition has to be accepted is a rule (`charter_edition`).
"""

import json
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, String, column, select, values
from sqlalchemy.dialects.postgresql import JSONB

from domain.access import Actor
from domain.columns import Text, Translation
from domain.errors import Conflict, Invalid
from domain.volunteers.access import RULES
from domain.volunteers.models import Volunteer
from domain.wording import binding
from domain.work import Work


class ClauseKind(StrEnum):
    """Whether a clause protects the volunteer or binds them. 条款性质"""

    RIGHT = "right"
    """What volunteers may expect. 权利"""
    DUTY = "duty"
    """What is expected of volunteers. 义务"""


class Clause(NamedTuple):
    """One right or duty, and where the law says so."""

    code: str
    kind: ClauseKind
    en: str
    zh: str
    source: str


RIGHT, DUTY = ClauseKind

#: By edition. Articles are those of 志愿服务条例 (国务院令第685号), and of 民政部令第67号 where that is named.
CHARTERS: dict[int, tuple[Clause, ...]] = {
    1: (
        Clause(
            "free_will",
            RIGHT,
            "You serve of your own free will; nobody may assign you to it.",
            "您自愿参加志愿服务，任何组织和个人不得强行指派。",
            "志愿服务条例第三条、第二十五条",
        ),
        Clause(
            "true_information",
            RIGHT,
            "Before you sign up, you are told truly and completely what the service is and what risks it has.",
            "报名前，您有权获得真实、准确、完整的服务信息和风险说明。",
            "志愿服务条例第十二条",
        ),
        Clause(
            "within_your_strength",
            RIGHT,
            "What you are asked to do fits your age, knowledge, skills and health.",
            "安排给您的服务应与您的年龄、知识、技能和身体状况相适应。",
            "志愿服务条例第十五条",
        ),
        Clause(
            "training",
            RIGHT,
            "Where service needs special knowledge or skills, you are trained for it.",
            "服务需要专门知识、技能的，您有权获得相关培训。",
            "志愿服务条例第十六条",
        ),
        Clause(
            "support_and_insurance",
            RIGHT,
            "You are given what the service needs, and helped in difficulties; before dangerous service you are "
            "insured, at no cost to you.",
            "您有权获得必要的服务条件和帮助；参加可能发生人身危险的服务前，由社会组织为您购买人身意外伤害保险。",
            "志愿服务条例第十七条",
        ),
        Clause(
            "record",
            RIGHT,
            "Your service is recorded truthfully; you may look at the record, have it corrected, and get a certificate "
            "free of charge.",
            "您的服务应被如实记录；您可以查询、申请更正，并免费获得志愿服务记录证明。",
            "志愿服务条例第十九条；民政部令第67号第十二条至第十四条",
        ),
        Clause(
            "dignity_and_privacy",
            RIGHT,
            "Your dignity is respected, and nothing about you is made public without your consent.",
            "您的人格尊严受到尊重；未经您同意，不得公开或者泄露您的有关信息。",
            "志愿服务条例第二十条",
        ),
        Clause(
            "true_data",
            DUTY,
            "What you tell of yourself is true, accurate and complete.",
            "您提供的个人基本信息应当真实、准确、完整。",
            "志愿服务条例第七条",
        ),
        Clause(
            "as_agreed",
            DUTY,
            "You serve as agreed; if you cannot come, you say so in good time.",
            "您应当按照约定提供志愿服务；因故不能提供的，应当及时告知。",
            "志愿服务条例第二十二条",
        ),
        Clause(
            "guidance_and_training",
            DUTY,
            "You follow the arrangements of whoever leads the service, and take part in the training it needs.",
            "您应当服从服务负责人的管理，接受必要的培训。",
            "志愿服务条例第二十二条",
        ),
        Clause(
            "respect_and_no_pay",
            DUTY,
            "You respect those whom you serve, keep their privacy, and take no pay from them in any form.",
            "您应当尊重服务对象的人格尊严，不得侵害其隐私，不得收取或者变相收取报酬。",
            "志愿服务条例第二十一条",
        ),
        Clause(
            "no_business",
            DUTY,
            "You make no business in the name of voluntary service, and do nothing against the law.",
            "您不得以志愿服务名义进行营利性活动，不得违反法律法规。",
            "志愿服务条例第三条、第二十五条",
        ),
    ),
}
EDITION = max(CHARTERS)


def says(clause: Clause) -> Text:
    return Text(language="zh-Hans", text=clause.zh, translations={"en": Translation(text=clause.en, status="checked")})


def charter_clauses(viewer: Actor) -> Select[Any]:
    """The newest edition, one row for each clause, in order."""
    rows = [
        (no, EDITION, clause.code, clause.kind.value, json.dumps(says(clause), ensure_ascii=False), clause.source)
        for no, clause in enumerate(CHARTERS[EDITION])
    ]
    numbers, words = ("no", "edition"), ("code", "kind", "says", "source")
    columns: list[Any] = [*(column(name, Integer) for name in numbers), *(column(name, String) for name in words)]
    clause = values(*columns, name="clause", literal_binds=True).data(rows)
    said = clause.c.says.cast(JSONB).label("says")
    told = select(clause.c.edition, clause.c.code, clause.c.kind, said, clause.c.source)
    return told.where(RULES.sql(viewer, "see_charter")).order_by(clause.c.no)


def accept(work: Work, volunteer: Volunteer, edition: int, language: str | None) -> Volunteer:
    """Note what they read and accepted; refuses what is not the newest edition, or a language that it is not in."""
    if edition != EDITION:
        raise Conflict(
            "charter_changed",
            "There is another edition of the rights and duties by now.",
            "志愿者权利义务已有新版本。",
            path="charterEdition",
            remedy=("Read it anew, and accept that.", "请重新阅读后确认。"),
        )
    known = binding(says(CHARTERS[EDITION][0]))
    if language not in known:
        raise Invalid(
            "not_in_this_language",
            f"It can be read in these languages: {', '.join(known)}.",
            f"可阅读的语言：{'、'.join(known)}。",
            path="charterLanguage",
            remedy=("Choose the one in which you read it.", "请选择您阅读时使用的语言。"),
        )
    return work.change(volunteer, charter_edition=edition, charter_language=language, charter_accepted_at=work.now)
