"""Of which deeds are people told, who are they, and what are they told?

One entry for each verb; to tell of another deed, append one. The words may name whatever the query of the thing's kind
finds (domain/notifications/about.py): {title}, {starts}, {until}, {minutes}, {missing}, {risks}.
"""

from typing import NamedTuple

from domain.access import Says
from domain.notifications.models import Way


class Kind(NamedTuple):
    """What somebody is told when this is done to a thing of this kind."""

    noun: str
    """The kind of thing, as deeds name it."""
    subject: Says
    """What happened, in one line."""
    then: Says | None = None
    """What is to be done about it."""
    least: Way = Way.NONE
    """What nobody can choose less than."""
    at_once: bool = False
    """Whether it cannot wait until the morning."""
    useless_later: bool = False
    """Whether an e-mail is of no use any more after {until}."""
    led_to: str | None = None
    """The state of the thing in which it is told; in any, unless one is named."""
    whom: str | None = None
    """Who is told (domain/notifications/about.py), if not those whom such a thing concerns anyhow."""

    @property
    def concerned(self) -> str:
        """By which query those are found who are told."""
        return self.whom or self.noun

    def no_less_than(self, chosen: Way) -> Way:
        """How somebody is told who chose so."""
        return max(chosen, self.least, key=list(Way).index)


REMINDER = Kind(
    "shift",
    Says("Reminder: {title}, {starts}", "班次提醒：{title}，{starts}"),
    Says("If you cannot come, withdraw, so that somebody else can.", "如不能参加，请及时取消，以便他人候补。"),
    useless_later=True,
)

#: Verb → what people are told. In the order in which they are explained to them.
KINDS: dict[str, Kind] = {
    "sign_up": Kind(
        "signup",
        Says("You were given a seat on the spot: {title}, {starts}", "您已现场登记参加：{title}，{starts}"),
        Says(
            "If it is not known yet who you are, show an identity document in time, or it will not count.",
            "尚未核验身份的，请按期登记身份证件，逾期出勤作废。",
        ),
        whom="walk_in",
    ),
    "offer_seat": Kind(
        "signup",
        Says("A seat is held for you until {until}: {title}", "名额为您保留至{until}：{title}"),
        Says("Accept or decline it before then; else the next in line gets it.", "请在此前确认或放弃，逾期名额顺延。"),
        useless_later=True,
        at_once=True,
    ),
    "expire_offer": Kind(
        "signup",
        Says("The seat held for you went to the next in line: {title}", "为您保留的名额已逾期顺延：{title}"),
    ),
    "reschedule_shift": Kind(
        "shift",
        Says("Moved to {starts}: {title}", "时间调整为{starts}：{title}"),
        Says("If you cannot come then, withdraw; you are not late.", "如届时不能参加，请取消报名，不计临时取消。"),
        least=Way.EMAIL,  # nobody shall come when nobody is there
        at_once=True,
    ),
    "need_action": Kind(
        "signup",
        Says("Your seat is held until {until}, something is missing: {title}", "名额需补办，保留至{until}：{title}"),
        Says(
            "{missing}\nMend it and confirm the seat by {until}; else it goes to the next in line.",
            "{missing}\n请补办，并在{until}前确认名额，逾期名额顺延。",
        ),
        least=Way.EMAIL,
        at_once=True,
        useless_later=True,
        led_to="needs_action",
    ),
    "clear_action": Kind(
        "signup",
        Says("Your seat is confirmed again: {title}, {starts}", "您的名额已恢复确认：{title}，{starts}"),
    ),
    "lapse_signup": Kind(
        "signup",
        Says("Your seat went to the next in line: {title}", "您的名额因逾期未补办已顺延：{title}"),
        Says("{missing}", "{missing}"),
    ),
    "change_opportunity": Kind(
        "opportunity",
        Says("What you signed up for was changed: {title}", "您报名的志愿机会信息有变更：{title}"),
        Says(
            "Read what is done there, where, and what the risks are. If you cannot come, withdraw; you are not late.",
            "请阅读服务内容、地点和风险说明。如不能参加，请取消报名，不计临时取消。",
        ),
        least=Way.INBOX,
    ),
    "change_position": Kind(
        "position",
        Says("What you signed up for was changed: {title}", "您报名的岗位信息有变更：{title}"),
        Says(
            "Read what is done in it, and where. If you cannot come, withdraw; you are not late.",
            "请阅读岗位的服务内容和地点。如不能参加，请取消报名，不计临时取消。",
        ),
        least=Way.INBOX,
    ),
    "await_review": Kind(
        "signup",
        Says("A signup waits for your decision: {title}, {starts}", "有报名待您审核：{title}，{starts}"),
        Says(
            "The seat is held until {until}; if nobody decides, it goes to the next in line.",
            "名额保留至{until}，逾期未审核将顺延给候补人员。",
        ),
        useless_later=True,
        whom="undecided signup",
    ),
    "approve_signup": Kind(
        "signup",
        Says("Your signup was approved: {title}, {starts}", "您的报名已通过审核：{title}，{starts}"),
        least=Way.INBOX,
        at_once=True,
    ),
    "refuse_signup": Kind(
        "signup",
        Says("Your signup was not approved: {title}, {starts}", "您的报名未通过审核：{title}，{starts}"),
        Says("Ask whoever leads the service if you disagree.", "如有异议，请联系服务负责人。"),
        least=Way.INBOX,
        at_once=True,
    ),
    "lapse_review": Kind(
        "signup",
        Says("Nobody decided about your signup in time: {title}, {starts}", "您的报名逾期未审核：{title}，{starts}"),
        Says("The seat is not held any longer; you may sign up again.", "名额不再保留，您可重新报名。"),
        least=Way.INBOX,
        at_once=True,
    ),
    "remove_signup": Kind(
        "signup",
        Says("You were taken off the shift: {title}, {starts}", "您已被移出班次：{title}，{starts}"),
        Says("Ask whoever leads the service if you disagree.", "如有异议，请联系服务负责人。"),
        least=Way.EMAIL,  # nobody shall come who is not expected
        at_once=True,
    ),
    "decline_offer": Kind(
        "signup",
        Says("The seat held for you was declined in your name: {title}", "为您保留的名额已由他人代为放弃：{title}"),
    ),
    "withdraw": Kind(
        "signup",
        Says("Your signup was withdrawn in your name: {title}", "您的报名已由他人代为取消：{title}"),
    ),
    "remind_shift": REMINDER,
    "remind_ahead": REMINDER,
    "remind_record": Kind(
        "shift",
        Says("Not recorded yet: {title}, {starts}", "尚未完成记录：{title}，{starts}"),
        Says(
            "By {until} log the hours of everybody who came, and mark who did not.",
            "请在{until}前登记到场志愿者的时长，并标记缺席者。",
        ),
        least=Way.INBOX,
        useless_later=True,
        whom="record",
    ),
    "miss_record": Kind(
        "shift",
        Says("Not recorded in time: {title}, {starts}", "逾期未记录：{title}，{starts}"),
        Says(
            "The days that the law gives are over (Order 67, article 11). Record it now; the street is told too.",
            "民政部令第67号第十一条规定的记录期限已满。请尽快补记；街道办事处同时收到提醒。",
        ),
        least=Way.INBOX,
        whom="overdue record",
    ),
    "cancel_signup": Kind(
        "signup",
        Says("Called off: {title}, {starts}", "已取消：{title}，{starts}"),
        least=Way.EMAIL,  # nobody shall go where nobody is
        at_once=True,
    ),
    "close_waitlist": Kind(
        "signup",
        Says("No seat came free before it began: {title}", "至班次开始时仍无空余名额：{title}"),
    ),
    "release_seats": Kind(
        "booking",
        Says("The time to name your group's members is over: {title}, {starts}", "团体名单已截止：{title}，{starts}"),
        Says(
            "Seats without a name went to others; members keep theirs.",
            "未实名的名额已释放，成员名额不受影响。",
        ),
    ),
    "close_booking": Kind(
        "booking",
        Says("Your group's seats are held no longer: {title}, {starts}", "团体预留已关闭：{title}，{starts}"),
    ),
    "cancel_booking": Kind(
        "booking",
        Says("Your group's booking was cancelled in your name: {title}", "您的团体预留已由他人取消：{title}"),
        Says("Whoever is named keeps their seat.", "已实名的成员不受影响。"),
    ),
    "propose_swap": Kind(
        "swap",
        Says("A seat is offered to you: {title}, {starts}", "有志愿者请您换班或替班：{title}，{starts}"),
        Says("Accept or decline by {until}; unanswered, nothing changes.", "请在{until}前答复，未答复则不作变更。"),
        at_once=True,
        useless_later=True,
    ),
    "accept_swap": Kind(
        "swap",
        Says("Your seat was taken over: {title}, {starts}", "您的名额已由对方接替：{title}，{starts}"),
    ),
    "decline_swap": Kind(
        "swap",
        Says("Your seat was not taken over: {title}, {starts}", "对方未同意接替您的名额：{title}，{starts}"),
        Says("It is still yours: serve, or withdraw for somebody else.", "名额仍属于您，请按时参加或及时取消。"),
    ),
    "cancel_swap": Kind(
        "swap",
        Says("The seat is no longer offered to you: {title}, {starts}", "换班请求已撤回：{title}，{starts}"),
    ),
    "expire_swap": Kind(
        "swap",
        Says("Nobody answered about the seat: {title}, {starts}", "换班请求逾期未获答复：{title}，{starts}"),
        Says("It stays whose it was.", "名额仍属于原志愿者。"),
    ),
    "invite_volunteer": Kind(
        "invitation",
        Says("You are invited to serve: {title}, {starts}", "邀请您参加志愿服务：{title}，{starts}"),
        Says(
            "{organization} asks you. Risks: {risks}\nAccept or decline by {until}. No seat is held: whoever accepts "
            "signs up, while there are seats. In your profile you can say that you do not want to be invited.",
            "邀请方：{organization}。风险说明：{risks}\n请在{until}前答复。邀请不保留名额，接受即报名，额满为止。"
            "如不希望受邀，可在个人资料中设置。",
        ),
        useless_later=True,
    ),
    "accept_invitation": Kind(
        "invitation",
        Says("The invitation was accepted: {title}, {starts}", "邀请已被接受：{title}，{starts}"),
        whom="answered invitation",
    ),
    "decline_invitation": Kind(
        "invitation",
        Says("The invitation was declined: {title}, {starts}", "邀请已被谢绝：{title}，{starts}"),
        whom="answered invitation",
    ),
    "withdraw_invitation": Kind(
        "invitation",
        Says("You are no longer invited: {title}, {starts}", "对您的邀请已撤回：{title}，{starts}"),
    ),
    "mark_no_show": Kind(
        "attendance",
        Says("You are marked as absent, for now: {title}, {starts}", "您被暂记为缺席：{title}，{starts}"),
        Says(
            "If you were there, or could not come, say so by {until}; afterwards it is settled.",
            "如您已到场或因故不能到场，请在{until}前说明，逾期将予确认。",
        ),
        least=Way.INBOX,
        useless_later=True,
    ),
    "presume_no_show": Kind(
        "attendance",
        Says("You did not check in: {title}, {starts}", "您未签到：{title}，{starts}"),
        Says(
            "If you were there, or could not come, say so by {until}; afterwards you are noted as absent.",
            "如您已到场或因故不能到场，请在{until}前说明，逾期将记为缺席。",
        ),
        least=Way.INBOX,
        useless_later=True,
    ),
    "settle_no_show": Kind(
        "attendance",
        Says("You are noted as absent: {title}, {starts}", "您已被记为缺席：{title}，{starts}"),
        Says("Whoever runs the service can still correct it.", "服务执行人员仍可更正。"),
        least=Way.INBOX,
    ),
    "excuse_no_show": Kind(
        "attendance",
        Says("You are excused: {title}, {starts}", "您的缺席已准予请假：{title}，{starts}"),
    ),
    "uphold_no_show": Kind(
        "attendance",
        Says("You stay noted as absent: {title}, {starts}", "维持您的缺席记录：{title}，{starts}"),
        Says("Whoever runs the service can still correct it.", "服务执行人员仍可更正。"),
        least=Way.INBOX,
    ),
    "miss_check_out": Kind(
        "attendance",
        Says("You did not check out: {title}, {starts}", "您未签退：{title}，{starts}"),
        Says(
            "Say when you left; nothing is credited before it is confirmed.",
            "请申报您的离开时间，确认前不计时长。",
        ),
        least=Way.INBOX,
    ),
    "correct_attendance": Kind(
        "attendance",
        Says("Your attendance was corrected: {title}, {starts}", "您的出勤记录已更正：{title}，{starts}"),
        least=Way.INBOX,
    ),
    "explain_no_show": Kind(
        "attendance",
        Says(
            "Your absence was explained in your name: {title}, {starts}", "已由他人代为说明您的缺席：{title}，{starts}"
        ),
    ),
    "propose_times": Kind(
        "attendance",
        Says(
            "Times of your service were proposed in your name: {title}, {starts}",
            "已由他人代为申报您的服务时间：{title}，{starts}",
        ),
    ),
    "confirm_check_out": Kind(
        "attendance",
        Says("It was noted when you left: {title}, {starts}", "已为您登记签退：{title}，{starts}"),
        Says(
            "{minutes} minutes were counted; if that is wrong, say when you were there.",
            "计时{minutes}分钟，如有误，请申报实际时间。",
        ),
        least=Way.INBOX,
    ),
    "review_walk_in": Kind(
        "attendance",
        Says("Your attendance does not count: {title}, {starts}", "您的出勤已作废：{title}，{starts}"),
        Says(
            "You came without a seat, and it was not shown in time who you are.",
            "您为临时参加者，且未在期限内完成身份核验。",
        ),
        least=Way.INBOX,
        led_to="void",
    ),
    "offer_place": Kind(
        "enrolment",
        Says("A place is held for you until {until}: {title}", "培训名额为您保留至{until}：{title}"),
        Says("Accept or decline it before then; else the next in line gets it.", "请在此前确认或放弃，逾期名额顺延。"),
        useless_later=True,
        at_once=True,
    ),
    "expire_place": Kind(
        "enrolment",
        Says("The place held for you went to the next in line: {title}", "为您保留的培训名额已逾期顺延：{title}"),
    ),
    "decline_place": Kind(
        "enrolment",
        Says(
            "The place held for you was declined in your name: {title}", "为您保留的培训名额已由他人代为放弃：{title}"
        ),
    ),
    "leave_training": Kind(
        "enrolment",
        Says("Your enrolment was withdrawn in your name: {title}", "您的培训报名已由他人代为取消：{title}"),
    ),
    "cancel_enrolment": Kind(
        "enrolment",
        Says("Training called off: {title}, {starts}", "培训已取消：{title}，{starts}"),
        least=Way.EMAIL,  # nobody shall go where nobody is
        at_once=True,
    ),
    "miss_training": Kind(
        "enrolment",
        Says("You are recorded as not having taken part: {title}, {starts}", "您被登记为缺课：{title}，{starts}"),
        Says("If you were there, tell whoever holds the course.", "如确已参加，请联系培训负责人。"),
        least=Way.INBOX,
    ),
    "fail_assessment": Kind(
        "enrolment",
        Says("Not passed yet: {title}", "考核未合格：{title}"),
        Says("You can enrol in the course again.", "您可以再次报名该课程。"),
        least=Way.INBOX,
    ),
    "close_enrolment": Kind(
        "enrolment",
        Says("No place came free before it began: {title}", "至培训开始时仍无空余名额：{title}"),
    ),
    "verify_hours": Kind(
        "hour_entry",
        Says("{minutes} minutes of service were confirmed: {title}", "您的{minutes}分钟服务时长已核实：{title}"),
        Says("Where two must confirm it, it counts after the second.", "须经两人核实的，自第二人核实后计入。"),
    ),
    "reject_hours": Kind(
        "hour_entry",
        Says("{minutes} minutes of service were not confirmed: {title}", "您的{minutes}分钟服务时长被驳回：{title}"),
        Says("Another entry may be logged.", "可重新登记。"),
        least=Way.INBOX,
    ),
    "adjust_hours": Kind(
        "hour_entry",
        Says(
            "Your {minutes} minutes of service were corrected to {instead}: {title}",
            "您的{minutes}分钟服务时长已更正为{instead}分钟：{title}",
        ),
        Says("Somebody else confirms the new entry.", "新记录将由他人核实。"),
        least=Way.INBOX,
    ),
    "return_hours": Kind(
        "hour_entry",
        Says("{minutes} minutes of service were sent back: {title}", "您的{minutes}分钟服务时长被退回补充：{title}"),
        Says("Whoever logged them says what was missing.", "请登记人补充后重新提交。"),
    ),
    "suspect_hours": Kind(
        "hour_entry",
        Says(
            "{minutes} minutes of service do not count while they are looked into: {title}",
            "您的{minutes}分钟服务时长存疑，核查期间暂不计入：{title}",
        ),
        least=Way.INBOX,
    ),
    "clear_suspicion": Kind(
        "hour_entry",
        Says("{minutes} minutes of service count again: {title}", "您的{minutes}分钟服务时长已恢复计入：{title}"),
    ),
    "propose_adjustment": Kind(
        "hour_case",
        Says(
            "{instead} minutes of service are proposed instead of {minutes}: {title}",
            "拟将您的服务时长由{minutes}分钟更正为{instead}分钟：{title}",
        ),
        Says(
            "Agree or disagree by {until}; if you say nothing, somebody who had no part in it decides.",
            "请在{until}前表示同意或不同意；逾期未回应的，由未经手的人员审核，不视为同意。",
        ),
        least=Way.INBOX,
        useless_later=True,
    ),
    "accept_adjustment": Kind(
        "hour_case",
        Says(
            "{instead} minutes of service instead of {minutes} were agreed to in your name: {title}",
            "已由他人代为同意将您的服务时长由{minutes}分钟更正为{instead}分钟：{title}",
        ),
        least=Way.INBOX,
    ),
    "contest_adjustment": Kind(
        "hour_case",
        Says(
            "{instead} minutes of service instead of {minutes} were contested in your name: {title}",
            "已由他人代为对拟更正时长（{minutes}分钟改为{instead}分钟）表示不同意：{title}",
        ),
    ),
    "escalate_adjustment": Kind(
        "hour_case",
        Says(
            "Somebody who had no part in it decides about your {minutes} minutes of service: {title}",
            "您的{minutes}分钟服务时长已转由未经手的人员审核：{title}",
        ),
        Says("You did not answer what was proposed; that is no consent.", "您未对拟更正时长作出回应，不视为同意。"),
        least=Way.INBOX,
    ),
    "open_hour_case": Kind(
        "hour_case",
        Says(
            "Your {minutes} minutes of service were disputed in your name: {title}",
            "已由他人代为对您的{minutes}分钟服务时长提出异议：{title}",
        ),
    ),
    "miss_case": Kind(
        "hour_case",
        Says(
            "The decision about your {minutes} minutes of service is overdue: {title}",
            "关于您{minutes}分钟服务时长的审核已逾期：{title}",
        ),
        Says("It still has to be made, and nothing changes until then.", "仍须作出决定，此前时长不变。"),
    ),
    "uphold_hours": Kind(
        "hour_case",
        Says("Your {minutes} minutes of service stay as they are: {title}", "维持您的{minutes}分钟服务时长：{title}"),
        Says("The street office can decide once more.", "可再次提出异议，由街道办事处复审。"),
        least=Way.INBOX,
    ),
    "correct_hours": Kind(
        "hour_case",
        Says("Your {minutes} minutes of service were wrong: {title}", "您的{minutes}分钟服务时长已决定更正：{title}"),
        Says("Somebody else confirms the new entry.", "新记录将由他人核实。"),
        least=Way.INBOX,
    ),
    "void_hours": Kind(
        "hour_entry",
        Says("{minutes} minutes of service count no more: {title}", "您的{minutes}分钟服务时长已作废：{title}"),
        least=Way.INBOX,
    ),
    "sign_agreement": Kind(
        "agreement",
        Says("A written agreement about your service was signed in your name", "已由他人代您签署书面服务协议"),
    ),
    "end_agreement": Kind(
        "agreement",
        Says("A written agreement about your service was ended", "您的书面服务协议已解除"),
        Says("The reason stands beside it.", "原因见该协议。"),
        least=Way.INBOX,
    ),
    "expire_agreement": Kind(
        "agreement",
        Says("A written agreement about your service has expired", "您的书面服务协议已期满"),
        Says("Sign another before you serve on.", "继续服务前，请另行签署。"),
    ),
    "name_guardian": Kind(
        "volunteer",
        Says(
            "You are named as the guardian of a minor who wants to serve as a volunteer",
            "您被指定为一名未成年志愿者的监护人",
        ),
        Says(
            "They can serve once you consent. If you are not their guardian, you need not do anything.",
            "经您同意后，其方可参加志愿服务。如您并非其监护人，无需处理。",
        ),
        whom="guardian",
    ),
    "give_guardian_consent": Kind(
        "volunteer",
        Says("Your guardian consents that you serve as a volunteer", "您的监护人已同意您参加志愿服务"),
    ),
    "record_served": Kind(
        "served_resident",
        Says("It is noted that you were served: {title}, {starts}", "已登记您接受的服务：{title}，{starts}"),
        Says(
            "It is only counted; take it back if you do not want that. If you would like to serve others too, register "
            "as a volunteer: you need nothing but this account.",
            "该登记仅用于统计，您可随时撤回。如您也愿意服务他人，可用此账号直接注册为志愿者。",
        ),
    ),
    "withdraw_guardian_consent": Kind(
        "volunteer",
        Says("Your guardian took the consent back", "您的监护人已撤回同意"),
        Says(
            "Your seats in shifts ahead are held for a while, and you can take others once there is consent again.",
            "您尚未开始的班次名额将保留一段时间，重新取得同意后方可报名其他班次。",
        ),
        least=Way.INBOX,
    ),
    "verify_identity": Kind(
        "identity_document",
        Says("Your identity document is verified", "您的身份证件已通过核验"),
    ),
    "refuse_identity": Kind(
        "identity_document",
        Says("Your identity document was not accepted", "您的身份证件未通过核验"),
        Says(
            "What was not right stands beside it, under your identity documents; you can show it anew.",
            "原因见您的身份证件记录，可重新登记。",
        ),
        least=Way.INBOX,
    ),
    "expire_identity": Kind(
        "identity_document",
        Says("Your identity document has expired", "您的身份证件已到期"),
        Says("Show another, for shifts that ask for one.", "如班次要求核验身份，请登记新的证件。"),
    ),
    "confirm_competence": Kind("competence", Says("Your proof of a competence was accepted", "您的能力证明已确认")),
    "refuse_competence": Kind(
        "competence",
        Says("Your proof of a competence was not accepted", "您的能力证明未通过"),
        Says("What was not right stands beside it; you can show another.", "原因见该能力记录，可重新登记。"),
        least=Way.INBOX,
    ),
    "revoke_competence": Kind(
        "competence",
        Says("A competence of yours was revoked", "您的一项能力已被撤销"),
        Says("Why stands beside it; you can show another proof.", "原因见该能力记录，可重新登记证明。"),
        least=Way.INBOX,
    ),
    "open_renewal": Kind(
        "competence",
        Says("A competence of yours can be renewed", "您的一项能力可以续期"),
        Says(
            "It holds until {until}. Renewed before that day, by a course or by newer proof, no day is lost.",
            "有效期至{until}。在此之前参加培训或提交新的证明即可续期，不损失剩余天数。",
        ),
    ),
    "expire_competence": Kind(
        "competence",
        Says("A competence of yours has expired", "您的一项能力已到期"),
        Says("Show another proof, for shifts that ask for it.", "如班次要求该能力，请登记新的证明。"),
        least=Way.INBOX,
        whom="lapsed competence",
    ),
    "insure_volunteer": Kind(
        "insurance", Says("An organization has insured you against accidents", "社会组织已为您购买人身意外伤害保险")
    ),
    "end_insurance": Kind(
        "insurance",
        Says("An insurance of yours was ended before its last day", "您的一份保险已提前终止"),
        Says(
            "Ask the organization for another before service in which you may be hurt.",
            "参加可能发生人身危险的服务前，请联系该社会组织另行投保。",
        ),
        least=Way.INBOX,
    ),
    "expire_insurance": Kind(
        "insurance",
        Says("An insurance of yours has expired", "您的一份保险已到期"),
        Says(
            "Ask the organization for another before service in which you may be hurt.",
            "参加可能发生人身危险的服务前，请联系该社会组织续保。",
        ),
    ),
    "declare_kinship": Kind(
        "kinship",
        Says("Somebody declared that you are relatives", "有人申报与您为亲属"),
        Says(
            "Neither of you decides about the other's service time. If it is not so, end it.",
            "双方均不得处理对方的服务时长。如不属实，您可终止该申报。",
        ),
        least=Way.INBOX,
    ),
    "end_kinship": Kind(
        "kinship",
        Says("A declaration that you and somebody are relatives was ended", "一项与您有关的亲属关系申报已终止"),
    ),
}
