"""What do we know about people, why, for how long, and what becomes of it when somebody is erased?

The record of processing, read aloud to whoever asks. Three things are made from it and from the foreign keys: the
notice (PIPL 17), everybody's copy of what is known about them (PIPL 45), and erasure (PIPL 47). A table whose keys lead
to a person and that is missing here fails a test, and so does a column of words that is not told apart below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Uuid, bindparam, func, or_, select

from domain.access import Says
from domain.columns import Table

NOBODY = "已注销用户 / Erased person"
NO_DAY = date.min
"""Where a day must stand, and nobody's day is meant."""


class Purpose(NamedTuple):
    """What is processed for one end, as the notice tells it."""

    what: Says
    why: Says
    until: Says
    after: Says
    """What of it is left when the person is erased."""


@dataclass(frozen=True)
class Known:
    """What one table knows about people."""

    purpose: Purpose
    of: str | None = None
    """The column that says whose a row is; none where rows only name people."""
    gone: bool = False
    """Whether erasing the person deletes the rows."""
    said: frozenset[str] = frozenset()
    """Columns of rows that are deleted whose words may have been answered to others."""
    erased: Mapping[str, Any] = field(default_factory=dict)
    """What else columns say afterwards."""
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What rows of others say afterwards that named the person in a column."""
    did: frozenset[str] = frozenset()
    """Columns that say who did it, which the person's deeds tell anyhow."""
    secret: frozenset[str] = frozenset()
    """What is never shown, not even to its owner: whoever holds the copy could use it."""
    kept: frozenset[str] = frozenset()
    """Words and days that stay, as `purpose.after` says."""


# -- the ends ---------------------------------------------------------------------------------------------------------

NOTHING = Says("Nothing.", "不保留。")
LAW = Says(
    "The record without you: the law wants service recorded truthfully and completely, and records may not be altered "
    "(Regulations on Voluntary Service, article 19; Charity Law, articles 63–70; Ministry of Civil Affairs Order 67, "
    "articles 3, 7 and 11). No name, contact or birth date is left; PIPL article 47 allows no further use.",
    "保留不含身份信息的记录：法律要求如实、完整记录志愿服务（《志愿服务条例》第十九条；《慈善法》第六十三条至第七十条；"
    "民政部令第67号第三条、第七条、第十一条）。姓名、联系方式、出生日期均予销毁，并依《个人信息保护法》第四十七条不作其他使用。",
)
OFFICE = Says(
    "Which office was held when, without your name and certificate number: what was decided then rests on it.",
    "保留任职时间和职务类别（不含姓名和证书编号），因当时的决定以此为据。",
)

ACCOUNT = Purpose(
    Says("Name, display name, e-mail, telephone, language", "姓名、显示名称、邮箱、手机号、语言"),
    Says("To open your account, to know you again and to reach you", "开立账号、识别您并与您联系"),
    Says("until you close the account", "直至您注销账号"),
    NOTHING,
)
SIGNING_IN = Purpose(
    Says(
        "Password (as a hash), second factors, passkeys, sessions with network address and browser, the calendar link "
        "(as a hash)",
        "密码（仅存摘要）、第二验证方式、通行密钥、登录会话及其网络地址和浏览器、日历链接（仅存摘要）",
    ),
    Says("So that only you get in, and see where you are signed in", "确保仅您本人登录，并让您查看登录情况"),
    Says(
        "sessions and codes until a day after they expire, the rest until you remove it",
        "会话和验证码至失效后一天，其余至您移除为止",
    ),
    NOTHING,
)
CARE = Purpose(
    Says(
        "Of whoever is under 14: who consented to the account, by e-mail or telephone, when, and until when",
        "未满十四周岁者：对账号表示同意的监护人的邮箱或手机号、同意时间和截止日期",
    ),
    Says(
        "Nobody under 14 has an account without a guardian's consent, who may take it back (PIPL 15 and 31)",
        "未满十四周岁者开立账号须经监护人同意，监护人可撤回（《个人信息保护法》第十五条、第三十一条）",
    ),
    Says("until the 14th birthday", "至年满十四周岁"),
    NOTHING,
)
APPLICATIONS = Purpose(
    Says(
        "Which applications you allowed what, their tokens, and accounts elsewhere that you linked",
        "您授权的应用及范围、其令牌、您关联的其他平台账号",
    ),
    Says("So that they act for you only as you allowed", "使其仅在您授权的范围内代您操作"),
    Says(
        "until you withdraw it or close the account; tokens until they expire", "直至您撤回或注销账号；令牌至失效为止"
    ),
    NOTHING,
)
LETTERS = Purpose(
    Says("Letters to you: address, kind and time", "发送给您的信息：地址、类别和时间"),
    Says("To send codes and warnings", "发送验证码和安全提醒"),
    Says("ten days at most", "最长十天"),
    NOTHING,
)
UNDELIVERED = Purpose(
    Says("Letters to you that could not be delivered: kind, time and reason", "未能送达您的信件：类别、时间和原因"),
    Says("So that you know, and that it can be sent again", "使您知晓，并可重新发送"),
    Says("ninety days at most", "最长九十天"),
    NOTHING,
)
NOTIFIED = Purpose(
    Says(
        "What you were notified of, when you read it, and how you want to be told", "发送给您的通知、阅读时间和通知偏好"
    ),
    Says("So that you know what was decided and done about your service", "使您知晓与您服务有关的决定和操作"),
    Says("until you close the account", "直至您注销账号"),
    NOTHING,
)
SERVING = Purpose(
    Says(
        "As a volunteer: legal name, birth date, sex, nationality, telephone, community, skills and languages with "
        "proof, times, insurance, wishes, "
        "identity documents, a minor's guardian",
        "志愿者信息：法定姓名、出生日期、性别、国籍、手机号、所在社区、技能和语言及其证明、可服务时间、保险、服务意愿、身份证件、未成年人的监护人",
    ),
    Says(
        "Volunteers are registered by their real name (Charity Law, articles 63–70); minors serve with a guardian's "
        "consent (Civil Code, articles 17 and 19; PIPL 31)",
        "志愿者实名登记（《慈善法》第六十三条至第七十条）；未成年人经监护人同意（《民法典》第十七条、第十九条；"
        "《个人信息保护法》第三十一条）",
    ),
    Says("until you close the account; a guardian until you are 18", "直至您注销账号；监护信息至年满十八周岁"),
    NOTHING,
)
SERVICE = Purpose(
    Says("Your signups, attendance and hours of service, your trainings", "您的报名、出勤、服务时长和培训记录"),
    Says(
        "To give seats, to record service and training and to certify them (Regulations on Voluntary Service, article "
        "19)",
        "分配名额、记录服务和培训并出具证明（《志愿服务条例》第十九条）",
    ),
    Says("as long as the record can be asked for; the law sets no end", "在记录可被查询期间；法律未规定期限"),
    LAW,
)
SERVED = Purpose(
    Says("That you were served in a community, if you wanted it noted", "经您同意登记的、您在社区接受服务的情况"),
    Says(
        "To count in how many of those who were served become volunteers; few people are not told",
        "用于统计接受服务的居民成为志愿者的情况；人数过少时不予显示",
    ),
    Says("until you take it back or close the account", "直至您撤回或注销账号"),
    Says("That somebody was served there, without you.", "仅保留不含身份信息的计数。"),
)
RELATED = Purpose(
    Says("Whose relative you are, as you or they declared", "您或对方申报的亲属关系"),
    Says("So that nobody decides about the service time of a relative", "避免由亲属核实或处理服务时长"),
    Says("until you close the account", "直至您注销账号"),
    NOTHING,
)
PROFESSION = Purpose(
    Says(
        "Roles, posts, a social worker's certificate, supervision and service plans",
        "角色、职务、社会工作者证书、督导关系和服务方案",
    ),
    Says("So that everybody knows who may decide what", "明确各人的职责和权限"),
    Says("while you hold them, and as evidence of what was decided", "任职期间，以及作为决定的依据"),
    OFFICE,
)
REQUESTS = Purpose(
    Says(
        "What you asked about your data that you could not do by yourself, and the answers",
        "您就个人信息提出的、无法自行办理的请求及其答复",
    ),
    Says(
        "To answer in time, and to show that it was (PIPL 50)",
        "按期答复您，并证明已依法办理（《个人信息保护法》第五十条）",
    ),
    Says("until you close the account", "直至您注销账号"),
    Says(
        "That a request of such a kind came, and when it was answered how, without your words, the answer's words and "
        "what was to be corrected.",
        "保留曾有此类请求及其办理时间和结果，不含您的陈述、答复内容和更正内容。",
    ),
)
DEEDS = Purpose(
    Says("What you did here, and when", "您在平台上的操作及时间"),
    Says("To answer for what was done (an append-only chain that nobody can change)", "可追溯责任（不可更改的行为链）"),
    Says(
        "always, by an internal number; what was answered to you thirty days, in case you ask again",
        "长期，以内部编号记录；为重复请求保存的答复三十天",
    ),
    Says(
        "The chain, by a number that leads to nobody, with the reasons that officials gave; answers that were kept for "
        "repeated requests are deleted.",
        "行为链仅以无法识别个人的编号保留，并保留工作人员所述理由；为重复请求保存的答复予以删除。",
    ),
)

# -- the tables -------------------------------------------------------------------------------------------------------

#: Table → what it knows. In the order in which people read it.
KNOWN: dict[str, Known] = {
    "person": Known(
        ACCOUNT,
        of="id",
        erased={
            "name": NOBODY,
            "display_name": NOBODY,
            "email": None,
            "email_verified_at": None,
            "phone": None,
            "phone_verified_at": None,
            "password": None,
            "locale": "zh-Hans",
        },
        secret=frozenset({"password"}),
    ),
    "guarded_account": Known(CARE, of="person_id", gone=True),
    "volunteer": Known(
        SERVING,
        of="person_id",
        erased={
            "display_name": NOBODY,
            "legal_name": NOBODY,
            "birth_date": NO_DAY,
            "nationality": None,
            "phone": None,
            "skills": [],
            "available": [],
            "sex": None,
            "wishes": None,
            "community_id": None,
            "charter_edition": None,
            "charter_language": None,
            "charter_accepted_at": None,
            "guardian_id": None,
            "guardian_consented_at": None,
            "guardian_consent_until": None,
            "guardian_consent_community_id": None,
            "guardian_consent_organization_id": None,
            "guardian_consent_latest": None,
            "guardian_until": None,
        },
        named={
            "guardian_id": {
                "guardian_id": None,
                "guardian_consented_at": None,
                "guardian_consent_until": None,
                "guardian_consent_community_id": None,
                "guardian_consent_organization_id": None,
                "guardian_consent_latest": None,
                "guardian_until": None,
            }
        },
    ),
    "identity_document": Known(
        SERVING,
        of="volunteer_id",
        gone=True,
        said=frozenset({"tail", "reason"}),
        did=frozenset({"verified_by_id"}),
        secret=frozenset({"sealed_number", "fingerprint"}),
    ),
    "competence": Known(
        SERVING,
        of="volunteer_id",
        gone=True,
        said=frozenset({"proof", "reason"}),
        did=frozenset({"confirmed_by_id"}),
        kept=frozenset({"skill", "language", "since", "until", "counts_until", "renewal_from"}),
    ),
    "insurance": Known(
        SERVING,
        of="volunteer_id",
        gone=True,
        said=frozenset({"reason"}),
        kept=frozenset({"insurer", "policy", "since", "until"}),
    ),
    "served_resident": Known(SERVED, of="person_id", did=frozenset({"noted_by_id"}), kept=frozenset({"served_on"})),
    "spoken_language": Known(SERVING, of="volunteer_id", gone=True),
    "signup": Known(SERVICE, of="volunteer_id", erased={"missing": None}),
    "agreement": Known(
        SERVICE,
        of="volunteer_id",
        did=frozenset({"signed_by_id"}),
        erased={"reason": None},
        kept=frozenset({"wording", "language", "since", "until"}),
    ),
    "booking": Known(SERVICE, of="contact_id", erased={"name": NOBODY, "join_code": ""}),
    "swap": Known(SERVICE, of="giver_id"),
    "invitation": Known(SERVICE, of="volunteer_id", did=frozenset({"invited_by_id"})),
    "attendance": Known(
        SERVICE,
        of="signup_id",
        erased={"excuse": None, "excuse_says": None, "distance": None},
        did=frozenset({"decided_by_id"}),
        kept=frozenset({"reason"}),
    ),
    "device": Known(SERVICE, of="person_id", erased={"name": NOBODY, "public_key": ""}),
    "offline_event": Known(SERVICE, of="signup_id", did=frozenset({"device_id"}), kept=frozenset({"event"})),
    "break": Known(SERVICE, of="attendance_id"),
    "hour_entry": Known(
        SERVICE,
        of="volunteer_id",
        did=frozenset({"logged_by_id", "first_verified_by_id", "decided_by_id"}),
        kept=frozenset({"served_on", "reason"}),
    ),
    "hour_case": Known(
        SERVICE,
        of="volunteer_id",
        erased={"says": NOBODY},
        did=frozenset({"opened_by_id", "decided_by_id"}),
        kept=frozenset({"due_on", "reason"}),
    ),
    "kinship": Known(
        RELATED, of="person_id", gone=True, named={"relative_id": {"relative_id": None, "state": "ended"}}
    ),
    "enrolment": Known(SERVICE, of="volunteer_id", erased={"reason": None}),
    "role_grant": Known(PROFESSION, of="person_id", kept=frozenset({"since", "until"})),
    "staff": Known(PROFESSION, of="person_id", kept=frozenset({"position", "since", "until"})),
    "social_worker": Known(
        PROFESSION,
        of="person_id",
        erased={"certificate_number": NOBODY},
        did=frozenset({"verified_by"}),
        kept=frozenset({"issued_on"}),
    ),
    "supervision": Known(PROFESSION, kept=frozenset({"since", "until"})),
    "service_plan": Known(PROFESSION, kept=frozenset({"title", "aims", "measures", "currency", "since", "until"})),
    "rights_request": Known(
        REQUESTS,
        of="person_id",
        erased={"says": NOBODY, "legal_name": None, "birth_date": None, "answer": None},
        did=frozenset({"answered_by_id"}),
        kept=frozenset({"court_route"}),
    ),
    "consent": Known(APPLICATIONS, of="person_id", gone=True),
    "linked_subject": Known(APPLICATIONS, of="person_id", gone=True),
    "token_family": Known(APPLICATIONS, of="person_id", gone=True),
    "refresh_token": Known(APPLICATIONS, of="family_id", gone=True),
    "authorization_code": Known(APPLICATIONS, of="person_id", gone=True, secret=frozenset({"nonce", "code_challenge"})),
    "device_grant": Known(APPLICATIONS, of="person_id", gone=True, secret=frozenset({"user_code"})),
    "login_session": Known(SIGNING_IN, of="person_id", gone=True),
    "known_browser": Known(SIGNING_IN, of="person_id", gone=True),
    "totp": Known(SIGNING_IN, of="person_id", gone=True, secret=frozenset({"secret", "last_step"})),
    "recovery_code": Known(SIGNING_IN, of="person_id", gone=True),
    "passkey": Known(SIGNING_IN, of="person_id", gone=True),
    "introduction": Known(SIGNING_IN, of="person_id", gone=True),
    "calendar_feed": Known(SIGNING_IN, of="person_id", gone=True),
    "under_way": Known(SIGNING_IN, of="person_id", gone=True, secret=frozenset({"says"})),
    "address_proof": Known(SIGNING_IN, of="address", gone=True),
    "message": Known(NOTIFIED, of="person_id", gone=True, named={"volunteer_id": {"volunteer_id": None}}),
    "message_choice": Known(NOTIFIED, of="person_id", gone=True),
    "letter": Known(LETTERS, of="address", gone=True, secret=frozenset({"says"})),
    "undelivered_letter": Known(UNDELIVERED, of="person_id", gone=True),
    "deed": Known(DEEDS, of="actor_id", kept=frozenset({"client_id", "verb", "noun", "reason", "rules", "key"})),
}

#: Tables to which keys lead that know nothing about the person.
NOT_ABOUT_PEOPLE: dict[str, str] = {
    "audit_item": "On which entry the lot fell. Whose it is, the entry tells.",
    "opportunity": "What there is to do. Whose plan it belongs to, the plan tells.",
}


# -- whose rows -------------------------------------------------------------------------------------------------------

PERSON: Any = bindparam("person", type_=Uuid())


def table(name: str) -> Any:
    return Table.metadata.tables[name]


def own(name: str) -> ColumnElement[bool]:
    """The condition on a table's rows that are the person's; the id is bound as `person`."""
    of = KNOWN[name].of
    if of is None:
        raise ValueError(f"No row of {name} is anybody's.")
    column = table(name).c[of]
    if of == "address":
        return func.lower(column).in_(_addresses())
    if (name, of) == ("person", "id") or not column.foreign_keys:
        return column == PERSON  # type: ignore[no-any-return]
    (key,) = column.foreign_keys
    if key.column.table.name == "person":
        return column == PERSON  # type: ignore[no-any-return]
    return column.in_(select(key.column).where(own(key.column.table.name)))  # type: ignore[no-any-return]


def _addresses() -> Any:
    """Wherever the person is written to, in small letters."""
    person = table("person").c
    emails = select(func.lower(person.email)).where(person.id == PERSON, person.email.is_not(None))
    return emails.union_all(select(person.phone).where(person.id == PERSON, person.phone.is_not(None)))


def naming(name: str) -> dict[str, ColumnElement[bool]]:
    """Columns that name the person in rows that are not theirs, each with its condition."""
    known, found = KNOWN[name], {}
    for column in leading(name):
        if column.name == known.of or column.name in known.did:
            continue
        (key,) = column.foreign_keys
        parent = key.column.table.name
        if parent != "person" and KNOWN[parent].of != "person_id":
            continue  # whose that row is, this row tells as well
        here = column == PERSON if parent == "person" else column.in_(select(key.column).where(own(parent)))
        found[column.name] = here & ~own(name) if known.of else here
    return found


def leading(name: str) -> Iterator[Any]:
    """Columns whose foreign keys lead to a person, or to what is a person's."""
    whose = {parent for parent, known in KNOWN.items() if known.of}
    for column in table(name).c:
        parents = {key.column.table.name for key in column.foreign_keys} - {name}
        if parents & whose:
            yield column


@cache
def purposes() -> tuple[Purpose, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(known.purpose for known in KNOWN.values()))


def either(conditions: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(*conditions.values())
