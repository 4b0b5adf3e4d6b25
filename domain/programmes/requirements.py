"""What may stand between a volunteer and a shift, by which rule, and what can be done about it?"""

from enum import StrEnum
from typing import NamedTuple

from domain.errors import NotNow, Refusal
from domain.regulations.models import Rule
from domain.rules import grounds
from domain.work import Work


class RequirementCode(StrEnum):
    """What a volunteer has to meet for a shift; a refusal has the same code. 报名条件"""

    BEGUN = "begun"
    """The shift lies ahead and takes signups. 班次尚未开始且可报名"""
    NOT_OPEN_YET = "not_open_yet"
    """The shift is open to the volunteer already, where it opens to some before others. 已到该志愿者的开放报名时间"""
    REMOVED = "removed"
    """Whoever leads the service has not decided against the volunteer in this shift. 负责人未决定其不参加该班次"""
    TOO_YOUNG = "too_young"
    """The volunteer is old enough on that day. 到服务当日已达最低年龄"""
    GUARDIAN_CONSENT_MISSING = "guardian_consent_missing"
    """Whoever is a minor on that day has a guardian's consent. 服务当日未成年者有监护人同意"""
    MINOR_IN_DANGER = "minor_in_danger"
    """Where law keeps minors from service that may endanger them, the volunteer is none. 未成年人不参加危险服务"""
    CHARTER_UNREAD = "charter_unread"
    """The volunteer has read and accepted their rights and duties. 已阅读并确认志愿者权利义务"""
    SKILL_MISSING = "skill_missing"
    """Every skill that is needed is confirmed on that day. 服务当日所需技能均已确认且有效"""
    LANGUAGE_MISSING = "language_missing"
    """Every language that is needed is confirmed on that day. 服务当日所需语言均已确认且有效"""
    INSURANCE_MISSING = "insurance_missing"
    """Where one may be hurt, the organization has insured them on that day. 可能发生人身危险的，服务当日已投保"""
    AGREEMENT_MISSING = "agreement_missing"
    """Where law wants a written agreement, it is signed and holds on that day. 依法须签订书面协议的，已签订"""
    OVERLAP = "overlap"
    """The volunteer serves in no other shift, and learns in no training, at that time. 同一时段无其他班次或培训"""
    REST_BETWEEN = "rest_between"
    """Between this shift and the volunteer's others lies enough rest. 班次之间有足够休息"""
    DAY_MOST = "day_most"
    """What the volunteer serves on that day stays within the most. 当日服务时间未超上限"""
    WEEK_MOST = "week_most"
    """What the volunteer serves from that Monday to Sunday stays within the most. 当周服务时间未超上限"""
    SEATS_AHEAD = "seats_ahead"
    """The volunteer holds no more seats in shifts ahead than one person may. 未来班次名额未超上限"""


class Both(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str


class Requirement(NamedTuple):
    """What is told to whoever does not meet it. Without a remedy, nothing can be done about this shift."""

    says: Both
    rule: str | None = None
    """The name of the rule that gives its number; that of an agreement is found by the circumstances."""
    remedy: Both | None = None


SHOW_PROOF = Both(
    "Write down what you can do, with proof for that day, and let a social worker or the organization look at it.",
    "请登记该项能力及服务当日有效的证明材料，并请社会工作者或社会组织确认。",
)

#: In the order in which they are told.
REQUIREMENTS = {
    RequirementCode.BEGUN: Requirement(Both("This shift has begun or is called off.", "班次已开始或已取消。")),
    RequirementCode.NOT_OPEN_YET: Requirement(
        Both("This shift is not open to you yet.", "该班次尚未对您开放报名。"),
        remedy=Both(
            "Sign up when your turn comes: the shift tells from when whom it is open to.",
            "请在对您开放后报名；班次页面注明了对各类志愿者的开放时间。",
        ),
    ),
    RequirementCode.REMOVED: Requirement(
        Both("Whoever leads this shift has decided that you do not serve in it.", "该班次负责人已决定您不参加该班次。"),
        remedy=Both("Read why in your messages, and ask whoever leads it.", "原因见您的消息，可向负责人了解情况。"),
    ),
    RequirementCode.TOO_YOUNG: Requirement(
        Both("You will not be old enough to serve on that day.", "到服务当日您未达到志愿者的最低年龄。"),
        "youngest_volunteer",
    ),
    RequirementCode.GUARDIAN_CONSENT_MISSING: Requirement(
        Both(
            "A minor serves with a guardian's consent, and none holds for this service on that day.",
            "未成年人参加志愿服务须经监护人同意，服务当日尚无适用于该服务的有效同意。",
        ),
        "majority",
        Both(
            "Name your guardian, and ask them to consent here, or to do so anew: consent holds for a year at most, "
            "and for the services that they name.",
            "请先指定监护人，并请监护人在此平台表示同意；同意最长一年有效，且限于监护人同意的服务范围，可重新确认。",
        ),
    ),
    RequirementCode.MINOR_IN_DANGER: Requirement(
        Both(
            "In this service one may be hurt, and here the law keeps minors from it, with or without consent.",
            "该服务可能危及人身安全，依当地规定，不得组织未成年人参加，监护人同意亦然。",
        ),
        "minor_in_danger",
    ),
    RequirementCode.CHARTER_UNREAD: Requirement(
        Both(
            "You have not yet read and accepted your rights and duties as a volunteer.",
            "您尚未阅读并确认志愿者的权利和义务。",
        ),
        "charter_edition",
        Both("Read them in your language, and accept them.", "请用您熟悉的语言阅读并确认。"),
    ),
    RequirementCode.SKILL_MISSING: Requirement(
        Both(
            "This service needs a skill that nobody has confirmed of you for that day.",
            "该服务需要特定技能，服务当日您没有经确认且有效的相应技能。",
        ),
        remedy=SHOW_PROOF,
    ),
    RequirementCode.LANGUAGE_MISSING: Requirement(
        Both(
            "This service needs a language that nobody has confirmed of you for that day.",
            "该服务需要特定语言，服务当日您没有经确认且有效的相应语言能力。",
        ),
        remedy=SHOW_PROOF,
    ),
    RequirementCode.INSURANCE_MISSING: Requirement(
        Both(
            "In this service you may be hurt, and the organization has not insured you for that day.",
            "该服务可能发生人身危险，服务当日您尚无该社会组织购买的人身意外伤害保险。",
        ),
        "insurance_before_danger",
        Both(
            "Ask the organization to insure you, and to record it here; it costs you nothing.",
            "请联系该社会组织为您购买保险并在此登记，费用不由您承担。",
        ),
    ),
    RequirementCode.AGREEMENT_MISSING: Requirement(
        Both(
            "Here the law wants a written agreement with you before you serve, and none holds on that day.",
            "依当地规定，您参加该服务须事先签订书面协议，服务当日尚无有效协议。",
        ),
        remedy=Both(
            "Read what the organization offers to agree on, in your language, and sign it; if it offers nothing yet, "
            "ask it to.",
            "请用您熟悉的语言阅读该社会组织提供的协议并签署；如尚未提供，请联系其提供。",
        ),
    ),
    RequirementCode.OVERLAP: Requirement(
        Both("You serve in another shift, or learn in a training, at that time.", "该时段您已确认参加另一班次或培训。"),
        remedy=Both("Withdraw from the other first.", "请先退出另一班次或培训。"),
    ),
    RequirementCode.REST_BETWEEN: Requirement(
        Both("Too little rest lies between this shift and another of yours.", "该班次与您的另一班次之间休息时间不足。"),
        "rest_between",
        Both(
            "Choose a shift that leaves you time to rest, or withdraw from the other one.",
            "请选择留有休息时间的班次，或取消另一班次的报名。",
        ),
    ),
    RequirementCode.DAY_MOST: Requirement(
        Both("With this shift you would serve too long on that day.", "参加该班次后，您当日的服务时间将超过上限。"),
        "day_most",
        Both(
            "Choose a shift on another day, or withdraw from one on that day.",
            "请选择其他日期的班次，或取消当日的另一班次。",
        ),
    ),
    RequirementCode.WEEK_MOST: Requirement(
        Both("With this shift you would serve too long in that week.", "参加该班次后，您当周的服务时间将超过上限。"),
        "week_most",
        Both(
            "Choose a shift in another week, or withdraw from one in that week.",
            "请选择其他周的班次，或取消当周的另一班次。",
        ),
    ),
    RequirementCode.SEATS_AHEAD: Requirement(
        Both("You hold as many seats in shifts ahead as one person may.", "您持有的未来班次名额已达上限。"),
        "seats_ahead",
        Both(
            "Serve first, or withdraw from a shift that others could take.",
            "请先完成已报名的服务，或退出一个名额留给他人。",
        ),
    ),
}

#: Asked of whoever takes a seat, and not of whoever has one.
TO_TAKE_ONE = frozenset({RequirementCode.NOT_OPEN_YET, RequirementCode.CHARTER_UNREAD, RequirementCode.SEATS_AHEAD})


def refusal(work: Work, code: RequirementCode, rule: Rule | None = None) -> Refusal:
    """No, for this reason; with the rule as it was applied."""
    told = REQUIREMENTS[code]
    return NotNow(
        code.value, *told.says, grounds=grounds(rule, work.actor.language) if rule else None, remedy=told.remedy
    )
