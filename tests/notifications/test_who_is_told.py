"""Everybody is told of what was done to them by somebody else, and a guardian of what the minor is told."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.columns import new_id
from domain.errors import NotFound
from domain.hours.commands import (
    declare_kinship,
    end_kinship,
    log_hours,
    open_hour_case,
    propose_adjustment,
    verify_hours,
)
from domain.hours.models import Relation
from domain.notifications.about import CONCERNED, concerned
from domain.notifications.access import RULES
from domain.notifications.commands import mark_read
from domain.notifications.kinds import KINDS
from domain.notifications.models import Mailed, Message
from domain.notifications.wording import worded
from domain.programmes import commands as programmes
from domain.volunteers.commands import (
    give_guardian_consent,
    name_guardian,
    refuse_identity,
    show_identity,
    verify_identity,
    withdraw_guardian_consent,
)
from domain.volunteers.models import DocumentType
from tests.acting import ask
from tests.conftest import Clock
from tests.mail import MailServer
from tests.notifications.inboxes import address, carried, messages, reachable, seated, told
from tests.programmes.neighbourhood import Neighbourhood

MINOR = date(2010, 6, 15)


async def family(here: Neighbourhood) -> tuple[Actor, Actor]:
    """A minor of almost sixteen, and their mother, who consents and reads English."""
    mother = await reachable(here, "Mother")
    child = await here.volunteer("Xiaoming", born=MINOR)
    volunteer = await here.volunteer_of(child)
    await here.do(child, name_guardian, volunteer_id=volunteer.id, guardian_id=mother.id)
    await here.do(mother, give_guardian_consent, volunteer_id=volunteer.id)
    return mother, child


def id_of(somebody: Actor) -> UUID:
    assert somebody.id
    return somebody.id


def subjects(found: list[Message]) -> list[str]:
    return [message.subject["translations"]["en"]["text"] for message in found]


def verbs(found: list[Message]) -> list[str]:
    return [message.verb for message in found]


# -- guardians --------------------------------------------------------------------------------------------------------


async def test_a_guardian_is_told_what_the_minor_is_told_and_the_letter_says_of_whom(
    here: Neighbourhood, mail: MailServer
) -> None:
    """pain 3: who answers for a minor learns what becomes of their shifts."""
    mother, child = await family(here)
    shift, _ = await seated(here, child)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Typhoon.")
    await told(here.house)
    await carried(here.house, mail)
    hers_alone = [letter for letter in mail.received if letter["To"] == await address(here, mother)]
    [letter] = [letter for letter in hers_alone if "Called off" in letter["Subject"]]
    assert letter["Subject"].strip() == "To the guardian: Called off: Carry meals, 2026-06-04 12:00 (Beijing time)"
    assert "You get this as the guardian of Xiaoming." in letter.get_content()
    hers, own = await messages(here, mother), await messages(here, child)
    assert (verbs(hers)[-1], verbs(own)[-1]) == ("cancel_signup", "cancel_signup")
    assert "Xiaoming" not in str(hers[-1].says)  # a message stays; the letter is soon forgotten
    assert hers[-1].says["text"].endswith("您作为未成年人的监护人收到此通知。")
    assert "监护人" not in str(own[-1].says)
    found = await ask(
        Engine(schema(), here.house), mother, "{ messages(first: 1) { nodes { volunteer { displayName } } } }"
    )
    assert found["messages"]["nodes"][0]["volunteer"]["displayName"] == "Xiaoming"


async def test_what_either_does_the_other_is_told_of_only_where_it_was_done_to_them(here: Neighbourhood) -> None:
    mother, child = await family(here)
    _, seat = await seated(here, child)
    await here.do(child, programmes.withdraw, signup_id=seat.id)
    await told(here.house)
    assert verbs(await messages(here, mother)) == ["name_guardian"]
    _, seat = await seated(here, child)
    await here.do(mother, programmes.withdraw, signup_id=seat.id)
    await told(here.house)
    assert verbs(await messages(here, mother)) == ["name_guardian"]
    assert subjects(await messages(here, child))[-1] == "Your signup was withdrawn in your name: Carry meals"


async def test_who_is_named_but_has_not_consented_or_did_so_no_longer_gets_no_copy(here: Neighbourhood) -> None:
    mother, child = await family(here)
    volunteer = await here.volunteer_of(child)
    shift, _ = await seated(here, child)
    await here.do(mother, withdraw_guardian_consent, volunteer_id=volunteer.id)
    await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    await told(here.house)
    assert verbs(await messages(here, mother)) == ["name_guardian"]
    assert verbs(await messages(here, child)) == [
        "give_guardian_consent",
        "withdraw_guardian_consent",
        "need_action",
        "remind_shift",
    ]


async def test_a_guardians_say_and_copies_end_when_the_minor_comes_of_age(here: Neighbourhood, clock: Clock) -> None:
    mother, child = await family(here)
    clock.now = clock.now.replace(year=2028, month=6, day=14)
    for day, copies in ((14, 1), (15, 1)):
        clock.now = clock.now.replace(day=day)
        shift = await here.shift()
        await here.house.lanes.run(
            "INSERT INTO signup (id, version, street_id, community_id, organization_id, shift_id, volunteer_id,"
            " signed_up_at, late, state) SELECT gen_random_uuid(), 1, street_id, community_id, organization_id, id, $2,"
            " $3, false, 'confirmed' FROM shift WHERE id = $1",
            (shift.id, (await here.volunteer_of(child)).id, clock.now),
        )
        await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
        await told(here.house)
        assert verbs(await messages(here, mother)).count("remind_shift") == copies, day


async def test_of_an_erased_child_nothing_is_left_in_the_guardians_inbox_that_leads_to_them(
    here: Neighbourhood,
) -> None:
    mother, child = await family(here)
    shift, _ = await seated(here, child)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    assert (await messages(here, mother))[-1].volunteer_id
    await here.do(child, erase_person, person_id=child.id)
    assert {message.volunteer_id for message in await messages(here, mother)} == {None}


# -- what has no shift ------------------------------------------------------------------------------------------------


async def test_a_relative_and_whose_document_was_looked_at_are_told_though_it_is_about_no_shift(
    here: Neighbourhood, clock: Clock
) -> None:
    somebody, other = await here.volunteer("Li"), await here.person("Brother")
    code = await introduce(here.house.lanes.run, id_of(other), clock.now)
    kinship = await here.do(somebody, declare_kinship, code=code, relation=Relation.SIBLING)
    await here.do(other, end_kinship, kinship_id=kinship.id, reason="Not so.")
    volunteer = await here.volunteer_of(somebody)
    for number in ("110105199002281007", "110105199002281023"):
        document = await here.do(
            somebody,
            show_identity,
            volunteer_id=volunteer.id,
            document_type=DocumentType.RESIDENT_CARD,
            document_number=number,
        )
        if number == "110105199002281007":
            await here.do(here.worker, refuse_identity, identity_document_id=document.id, reason="Not legible.")
        else:
            await here.do(here.worker, verify_identity, identity_document_id=document.id, document_number=number)
    await told(here.house)
    assert subjects(await messages(here, other)) == ["Somebody declared that you are relatives"]
    assert subjects(await messages(here, somebody)) == [
        "A declaration that you and somebody are relatives was ended",
        "Your identity document was not accepted",
        "Your identity document is verified",
    ]
    [message] = await messages(here, other)
    assert message.shift_id is None
    assert message.says["text"].startswith("有人申报与您为亲属\n\n双方均不得处理")
    assert (await here.do(other, mark_read, message_id=message.id)).read_at
    with pytest.raises(NotFound):
        await here.do(somebody, mark_read, message_id=message.id)
    assert RULES.may(other, "see_message", message)


# -- hours and attendance ---------------------------------------------------------------------------------------------


async def test_who_came_without_a_seat_is_told_and_told_again_if_it_does_not_count(
    here: Neighbourhood, clock: Clock
) -> None:
    shift, somebody, taker = await here.shift(capacity=2), await here.volunteer(), await here.volunteer("Taker")
    await here.sign_up(taker, shift)
    clock.now = shift.starts_at
    code = await introduce(here.house.lanes.run, id_of(somebody), clock.now)
    await here.do(here.worker, programmes.admit_walk_in, shift_id=shift.id, code=code)
    await told(here.house)
    assert verbs(await messages(here, somebody)) == ["sign_up"]
    clock.wait(days=8)
    await Alarm(here.house).ring()
    await told(here.house)
    assert "review_walk_in" in verbs(await messages(here, somebody))
    assert verbs(await messages(here, taker)).count("sign_up") == 0


async def test_what_was_settled_after_the_time_to_object_is_still_told_by_mail(
    here: Neighbourhood, clock: Clock
) -> None:
    """The letter of what is settled lasts, though the time that its thing names is over."""
    somebody = await reachable(here)
    shift, seat = await seated(here, somebody)
    clock.now = shift.starts_at
    clock.wait(minutes=31)
    await here.do(here.worker, programmes.mark_no_show, signup_id=seat.id)
    clock.wait(days=4)
    await Alarm(here.house).ring()
    await told(here.house)
    by_verb = {message.verb: message.mailed for message in await messages(here, somebody)}
    assert (by_verb["mark_no_show"], by_verb["settle_no_show"]) == (Mailed.NONE, Mailed.WAITING)


async def test_who_is_a_minor_hears_what_the_guardian_said_about_their_hours_and_what_nobody_answered(
    here: Neighbourhood, clock: Clock
) -> None:
    mother, child = await family(here)
    shift, seat = await seated(here, child)
    clock.now = shift.ends_at
    entry = await here.do(child, log_hours, signup_id=seat.id, minutes=110)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    await here.do(mother, open_hour_case, hour_entry_id=entry.id, minutes=120, reason="It was longer.")
    await told(here.house)
    assert (
        subjects(await messages(here, child))[-1]
        == "Your 110 minutes of service were disputed in your name: Carry meals"
    )
    other = await here.volunteer("Grown")
    shift, seat = await seated(here, other)
    clock.now = shift.ends_at
    entry = await here.do(other, log_hours, signup_id=seat.id, minutes=110)
    await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=90, reason="Left early.")
    clock.wait(days=20)
    await Alarm(here.house).ring()
    await told(here.house)
    found = verbs(await messages(here, other))
    assert {"propose_adjustment", "escalate_adjustment"} <= set(found)


# -- every kind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", KINDS)
@pytest.mark.parametrize("ward", [None, "Xiaoming"])
def test_every_kind_reads_well_in_both_languages(verb: str, ward: str | None, clock: Clock) -> None:
    title = {"language": "en", "text": "Carry meals"}
    about_a_shift = KINDS[verb].noun not in {"volunteer", "identity_document", "competence", "kinship"}
    known: dict[str, Any] = {
        "shift_id": 1 if about_a_shift else None,
        "title": title if about_a_shift else None,
        "position": None,
        "organization": title if about_a_shift else None,
        "lacking": ["first_aid"] if verb == "need_action" else None,
        "course": title if verb == "need_action" else None,
        "course_at": clock.now if verb == "need_action" else None,
        "risks": title if about_a_shift else None,
        "place": title if about_a_shift else None,
        "starts_at": clock.now if about_a_shift else None,
        "ends_at": clock.now if about_a_shift else None,
        "until": clock.now if about_a_shift or verb == "open_renewal" else None,
        "minutes": 110,
        "instead": 90,
        "missing": {"guardian_consent_missing": "The Civil Code", "skill_missing": None},
        "ward": ward,
    }
    said = worded(KINDS[verb], known, None, names=True)
    english, chinese = said["en"], said["zh-Hans"]
    for words in (english, chinese):
        assert "None" not in words.says
        assert "{" not in words.says
        assert len(words.subject) <= 150
        assert "\n" not in words.subject
        assert words.says.startswith(words.subject)
        assert ("Xiaoming" in words.says) == (ward is not None)
    assert english.says.isascii()
    assert not chinese.subject.isascii()


@pytest.mark.parametrize("whom", CONCERNED)
async def test_whom_a_thing_concerns_is_found_by_statements_of_one_shape(here: Neighbourhood, whom: str) -> None:
    assert await concerned(here.house.lanes.run, whom, [new_id()], here.house.clock()) == []
