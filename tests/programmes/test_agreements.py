"""What is agreed on in writing was offered by one and read and signed by the other; either ends it."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.columns import Text, day_of, end_of
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Refusal
from domain.programmes.commands import (
    end_agreement,
    expire_agreement,
    offer_agreement,
    sign_agreement,
)
from domain.programmes.models import Agreement
from domain.programmes.states import AgreementState, SignupState
from domain.volunteers.commands import give_guardian_consent, name_guardian, register_volunteer
from tests.acting import READ
from tests.conftest import Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

BOTH: Text = {
    "language": "zh-Hans",
    "text": "双方同意。",
    "translations": {
        "en": {"text": "Both agree.", "status": "checked"},
        "de": {"text": "Beide sind einig.", "status": "machine"},
    },
}


async def from_abroad(here: Neighbourhood, nationality: str | None = "DE", born: date = ADULT) -> Actor:
    somebody = await here.person("Anna")
    await here.do(somebody, register_volunteer, **READ, legal_name="Anna", birth_date=born, nationality=nationality)
    return somebody


async def offer(here: Neighbourhood, text: Text = BOTH) -> None:
    here.opportunity = await here.do(here.worker, offer_agreement, opportunity_id=here.opportunity.id, agreement=text)


async def sign(here: Neighbourhood, whose: Actor, who: Actor | None = None, **otherwise: Any) -> Agreement:
    about = {"opportunity_id": here.opportunity.id, "volunteer_id": (await here.volunteer_of(whose)).id}
    read = {"language": "en", "wording": "Both agree.", **otherwise}
    agreement: Agreement = await here.do(who or whose, sign_agreement, **about, **read)
    return agreement


async def test_in_beijing_whoever_is_from_abroad_reads_and_signs_before_they_serve(here: Neighbourhood) -> None:
    """Pain 10: one step is missing, it is said which, by which law, and it is taken at once."""
    shift, anna = await here.shift(capacity=2), await from_abroad(here)
    with pytest.raises(NotNow) as no:
        await here.sign_up(anna, shift)
    grounds = no.value.grounds
    assert (no.value.code, grounds and grounds.source) == ("agreement_missing", "北京市志愿服务促进条例第十八条")
    with pytest.raises(NotNow) as too_early:
        await sign(here, anna)
    assert too_early.value.code == "nothing_offered"
    await offer(here)
    signed = await sign(here, anna, language="EN")
    assert (signed.language, signed.wording, signed.since) == ("en", "Both agree.", day_of(here.house.clock()))
    assert signed.until == here.plan.until
    assert (await here.sign_up(anna, shift)).state == SignupState.CONFIRMED


@pytest.mark.parametrize("country", [None, "CN", "HK", "MO", "TW"])
async def test_whoever_is_from_china_signs_nothing_for_that(here: Neighbourhood, country: str | None) -> None:
    somebody = await from_abroad(here, country)
    assert (await here.sign_up(somebody, await here.shift())).state == SignupState.CONFIRMED


@pytest.mark.parametrize(
    ("otherwise", "kind", "code"),
    [
        ({"language": "de", "wording": "Beide sind einig."}, Invalid, "not_in_this_language"),
        ({"language": "fr", "wording": "Both agree."}, Invalid, "not_in_this_language"),
        ({"wording": "Both agree, at last."}, Conflict, "text_changed"),
    ],
)
async def test_signed_is_what_was_read_in_words_that_somebody_answers_for(
    here: Neighbourhood, otherwise: dict[str, Any], kind: type[Refusal], code: str
) -> None:
    await offer(here)
    anna = await from_abroad(here)
    with pytest.raises(kind) as no:
        await sign(here, anna, **otherwise)
    assert no.value.code == code
    assert await here.all(Agreement) == []


async def test_what_was_signed_stays_as_it_is_when_something_else_is_offered(here: Neighbourhood) -> None:
    await offer(here)
    anna, ben = await from_abroad(here), await from_abroad(here)
    signed = await sign(here, anna)
    await offer(here, {"language": "en", "text": "Both agree on more."})
    assert (await here.now(signed)).wording == "Both agree."
    with pytest.raises(Conflict):
        await sign(here, ben)
    await sign(here, ben, wording="Both agree on more.")
    with pytest.raises(Conflict) as twice:
        await sign(here, anna, wording="Both agree on more.")
    assert twice.value.code == "signed_already"


async def test_for_a_minor_the_guardian_signs(here: Neighbourhood) -> None:
    """Pain 3."""
    await offer(here)
    minor, parent = await from_abroad(here, born=date(2010, 2, 28)), await here.person("Ma")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    with pytest.raises(NotNow) as no:
        await sign(here, minor)
    assert no.value.code == "guardian_signs"
    assert (await sign(here, minor, parent)).signed_by_id == parent.id


async def test_only_who_leads_offers_only_who_serves_signs_and_either_ends_it(here: Neighbourhood) -> None:
    anna, other = await from_abroad(here), await from_abroad(here)
    for who in (anna, here.outsider, here.staff, here.stranger):
        with pytest.raises(NotAllowed):
            await here.do(who, offer_agreement, opportunity_id=here.opportunity.id, agreement=BOTH)
    await offer(here)
    for who in (other, here.worker, here.manager, Actor()):
        with pytest.raises((NotAllowed, NotFound)):
            await sign(here, anna, who)
    shift = await here.shift(capacity=5)
    for who in (anna, here.manager):
        signed = await sign(here, anna)
        with pytest.raises(NotFound):
            await here.do(other, end_agreement, agreement_id=signed.id, reason="No.")
        ended = await here.do(who, end_agreement, agreement_id=signed.id, reason="Moved away.")
        assert (ended.state, ended.reason, ended.next_due) == (AgreementState.ENDED, "Moved away.", None)
        with pytest.raises(NotNow):
            await here.sign_up(anna, shift)


async def test_a_seat_that_rests_on_an_agreement_is_held_for_a_while_when_that_ends(here: Neighbourhood) -> None:
    await offer(here)
    anna = await from_abroad(here)
    signed = await sign(here, anna)
    seat = await here.sign_up(anna, await here.shift())
    await here.do(here.worker, end_agreement, agreement_id=signed.id, reason="To be written anew.")
    held = await here.now(seat)
    assert (held.state, list(held.missing)) == (SignupState.NEEDS_ACTION, ["agreement_missing"])
    await sign(here, anna)
    assert (await here.now(seat)).state == SignupState.CONFIRMED, "in the same act"


async def test_an_agreement_ends_with_the_last_day_of_the_plan(here: Neighbourhood, clock: Clock) -> None:
    await offer(here)
    last = day_of(clock.now) + timedelta(days=3)
    await here.house.lanes.run("UPDATE service_plan SET until = $1", [last])
    anna = await from_abroad(here)
    signed = await sign(here, anna)
    with pytest.raises(NotFound):
        await here.do(here.stranger, expire_agreement, agreement_id=signed.id)
    assert (await here.sign_up(anna, await here.shift(ahead=71))).state == SignupState.CONFIRMED
    over = end_of(signed.until)
    clock.now = over - timedelta(seconds=1)
    await Alarm(here.house).ring()
    assert (await here.now(signed)).state == AgreementState.IN_FORCE
    clock.now = over
    await Alarm(here.house).ring()
    assert (await here.now(signed)).state == AgreementState.EXPIRED
