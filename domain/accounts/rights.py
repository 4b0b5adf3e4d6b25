"""What people ask about their data that they cannot do by themselves, and how it is answered (PIPL 44 to 50).

Whoever runs the service finds out whether the person asks themselves, takes it up, and does it, all or some, or
says no. What was asked to be corrected is corrected by the answer itself, and whoever asked to be erased is
erased by it.
"""

from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from domain.accounts.access import RULES
from domain.accounts.commands import tell
from domain.accounts.erasure import VOLUNTEER, erase_person
from domain.accounts.models import Person
from domain.accounts.rights_requests import DataRight, RightsRequest
from domain.accounts.states import PersonState
from domain.calendar import working_days_after
from domain.columns import SHANGHAI, Text, end_of_day
from domain.errors import Invalid, NotAllowed, NotNow
from domain.letters import Kind
from domain.programmes.commands.needs import recheck_seats
from domain.volunteers.consent import consent_ends, require_age
from domain.volunteers.models import Volunteer
from domain.wording import line, paragraphs, prose, reasoned
from domain.work import Work

COURT_ROUTE: Text = {
    "language": "zh-Hans",
    "text": "如不同意处理结果，您可以依法向人民法院提起诉讼（《个人信息保护法》第五十条），"
    "也可以向履行个人信息保护职责的部门投诉、举报（第六十五条）。",
    "translations": {
        "en": {
            "text": "If you do not agree you may go to the people's court (Personal Information Protection Law, "
            "article 50), and may complain to the departments that protect personal information (article 65).",
            "status": "checked",
        }
    },
}
"""What a refusal, also of a part, tells the person."""


# -- asking -----------------------------------------------------------------------------------------------------------


async def file_rights_request(
    work: Work,
    *,
    asks_for: DataRight,
    says: Annotated[str, "What it is about, in one's own words."],
    legal_name: Annotated[str | None, "For a volunteer's correction: the name in the identity document."] = None,
    birth_date: Annotated[date | None, "For a volunteer's correction: the day in the identity document."] = None,
) -> RightsRequest:
    """Ask about one's own data what one cannot do by oneself. 提出个人信息权利请求"""
    if work.actor.person_id is None:
        raise NotAllowed("not_signed_in", "Sign in to ask about your data.", "请先登录再提出请求。")
    person = await work.get(Person, work.actor.person_id, lock=True)
    request = RightsRequest.new(
        person_id=person.id,
        asks_for=asks_for,
        says=paragraphs(says, "says"),
        legal_name=line(legal_name, "legalName") if legal_name else None,
        birth_date=birth_date,
        filed_at=work.now,
        due_at=_due(work),
    )
    work.ask(RULES, "file_rights_request", request)
    if person.state == PersonState.ERASED:
        raise NotNow("erased", "This account is closed.", "该账号已注销。")
    if legal_name or birth_date:
        await _demand_correctable(work, request)
    work.insert(request)
    tell(work, person, Kind.RIGHTS_REQUEST_RECEIVED, due=f"{request.due_on}")
    return request


async def withdraw_rights_request(work: Work, *, rights_request_id: UUID) -> RightsRequest:
    """Take back what one asked, while it is not answered. 撤回请求"""
    return await _step(work, "withdraw_rights_request", rights_request_id)


def _due(work: Work) -> datetime:
    """The end of the last working day; it comes rather too early while next year's holidays are not announced."""
    last = working_days_after(work.today, int(work.rule("rights_answer").value)).day
    return end_of_day(datetime.combine(last, time(), SHANGHAI))


async def _demand_correctable(work: Work, request: RightsRequest) -> None:
    """A name and a birth date stand with a volunteer, and whoever asks for their correction says so."""
    if request.asks_for is not DataRight.CORRECTION:
        raise Invalid(
            "no_correction",
            "Only a correction has corrected values.",
            "仅更正请求可填写更正内容。",
            path="asksFor",
        )
    if not await work.first(Volunteer, VOLUNTEER, person=request.person_id):
        raise Invalid(
            "no_volunteer",
            "You are no volunteer: no legal name and no birth date of yours are kept.",
            "您不是志愿者：平台未保存您的法定姓名和出生日期。",
            path="legalName" if request.legal_name else "birthDate",
        )


# -- on the way -------------------------------------------------------------------------------------------------------


async def check_identity(
    work: Work,
    *,
    rights_request_id: UUID,
    reason: Annotated[str, "How it was shown who asks; kept with the deed. Do not name the person."],
) -> RightsRequest:
    """Write down that the person asks themselves, and how that was shown. 核验请求人身份"""
    return await _step(work, "check_identity", rights_request_id, reason=reasoned(reason))


async def take_up_rights_request(work: Work, *, rights_request_id: UUID) -> RightsRequest:
    """Begin to do what was asked. 受理请求"""
    return await _step(work, "take_up_rights_request", rights_request_id)


async def _step(work: Work, verb: str, id: UUID, *, reason: str | None = None) -> RightsRequest:
    request = await work.get(RightsRequest, id, lock=True)
    work.ask(RULES, verb, request, reason=reason)
    return work.move(request, verb)


# -- answering --------------------------------------------------------------------------------------------------------


async def fulfil_rights_request(
    work: Work,
    *,
    rights_request_id: UUID,
    answer: Annotated[Text, "What was done, for the person to read."],
    erases_person: Annotated[
        bool, "Whether the person is erased, as they asked, and not only something of theirs."
    ] = False,
) -> RightsRequest:
    """Do all that was asked; what is to be corrected is corrected. 办理请求"""
    request, person = await _answer(work, "fulfil_rights_request", rights_request_id, answer)
    if request.legal_name or request.birth_date:
        await _correct(work, request, legal_name=bool(request.legal_name), birth_date=bool(request.birth_date))
    if not erases_person:
        _tell(work, person, request)
    elif request.asks_for is not DataRight.ERASURE:
        raise _not_asked("erasesPerson")
    else:
        await erase_person(work, person_id=person.id, reason="asked for")
    return request


async def partly_fulfil_rights_request(
    work: Work,
    *,
    rights_request_id: UUID,
    answer: Annotated[Text, "What was done, and why the rest was not, for the person to read."],
    corrects_legal_name: Annotated[bool, "Whether the legal name is corrected as asked."] = False,
    corrects_birth_date: Annotated[bool, "Whether the birth date is corrected as asked."] = False,
) -> RightsRequest:
    """Do some of what was asked, with the reasons why not the rest. 部分办理请求"""
    request, person = await _answer(
        work, "partly_fulfil_rights_request", rights_request_id, answer, court_route=COURT_ROUTE
    )
    if corrects_legal_name or corrects_birth_date:
        await _correct(work, request, legal_name=corrects_legal_name, birth_date=corrects_birth_date)
    _tell(work, person, request)
    return request


async def refuse_rights_request(
    work: Work,
    *,
    rights_request_id: UUID,
    answer: Annotated[Text, "Why nothing was done, for the person to read; the way to the court is told besides."],
) -> RightsRequest:
    """Say no, with the reasons. Also when it could not be shown who asks. 拒绝请求"""
    request, person = await _answer(work, "refuse_rights_request", rights_request_id, answer, court_route=COURT_ROUTE)
    _tell(work, person, request)
    return request


async def _answer(
    work: Work, verb: str, id: UUID, answer: Text, court_route: Text | None = None
) -> tuple[RightsRequest, Person]:
    """The words stand with the request alone, where erasure finds them: a deed keeps what it says for ever."""
    request = await work.get(RightsRequest, id, lock=True)
    work.ask(RULES, verb, request)
    work.move(
        request,
        verb,
        answer=prose(answer, "answer"),
        court_route=court_route,
        answered_at=work.now,
        answered_by_id=work.actor.person_id,
    )
    return request, await work.get(Person, request.person_id)


def _tell(work: Work, person: Person, request: RightsRequest) -> None:
    tell(work, person, Kind.RIGHTS_REQUEST_ANSWERED, outcome=request.state.value)


async def _correct(work: Work, request: RightsRequest, *, legal_name: bool, birth_date: bool) -> None:
    """As asked. What is asked of their seats is asked anew: of a minor, a guardian's consent."""
    wanted = {"legal_name": legal_name, "birth_date": birth_date}
    right: dict[str, Any] = {column: getattr(request, column) for column, really in wanted.items() if really}
    if None in right.values():
        raise _not_asked("correctsLegalName" if legal_name and request.legal_name is None else "correctsBirthDate")
    (volunteer,) = await work.all(Volunteer, VOLUNTEER, lock=True, person=request.person_id)
    work.follow("update_volunteer", volunteer)
    work.change(volunteer, **right)
    if birth_date:
        require_age(work, volunteer)
        if volunteer.guardian_id:
            work.change(volunteer, guardian_until=volunteer.comes_of(int(work.rule("majority").value)))
        if given := volunteer.guardian_consented_at:
            work.change(volunteer, guardian_consent_until=consent_ends(work, volunteer, given))
        await recheck_seats(work, volunteer)


def _not_asked(path: str) -> Invalid:
    return Invalid("not_asked", "This was not asked for.", "请求中未包含此项。", path=path)
