"""What a seat rests on ends, and nobody loses it by that at once: they read what is missing, and have time for it."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import Invalid, NotNow
from domain.notifications.models import Message
from domain.programmes import commands
from domain.programmes.models import Opportunity, Shift, Signup
from domain.programmes.requirements import RequirementCode
from domain.programmes.states import SignupState
from domain.volunteers.commands import (
    confirm_competence,
    give_guardian_consent,
    name_guardian,
    record_competence,
    revoke_competence,
    withdraw_competence,
    withdraw_guardian_consent,
)
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource
from tests.conftest import NOON, Clock
from tests.notifications.inboxes import told
from tests.programmes.neighbourhood import Neighbourhood

CONFIRMED, NEEDS_ACTION = SignupState.CONFIRMED, SignupState.NEEDS_ACTION
HOUR = timedelta(hours=1)
SIXTEEN = date(2010, 1, 1)
SKILL = RequirementCode.SKILL_MISSING.value
CONSENT = RequirementCode.GUARDIAN_CONSENT_MISSING.value


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


async def needing_first_aid(here: Neighbourhood) -> Opportunity:
    sql = "UPDATE opportunity SET skills = $1 WHERE id = $2"
    await here.house.lanes.run(sql, (["first_aid"], here.opportunity.id))
    return await here.now(here.opportunity)  # type: ignore[no-any-return]


async def show_proof(here: Neighbourhood, somebody: Actor, until: date | None = None) -> Competence:
    volunteer = await here.volunteer_of(somebody)
    about: dict[str, Any] = {"skill": "first_aid", "level": CompetenceLevel.BASIC, "proof": "Red Cross", "until": until}
    claim = await here.do(
        somebody, record_competence, volunteer_id=volunteer.id, source=CompetenceSource.CERTIFICATE, **about
    )
    proof: Competence = await here.do(here.worker, confirm_competence, competence_id=claim.id)
    return proof


async def seated_by_proof(here: Neighbourhood, lin: Actor) -> tuple[Competence, Shift, Signup]:
    await needing_first_aid(here)
    proof, shift = await show_proof(here, lin), await here.shift(ahead=96)
    return proof, shift, await here.sign_up(lin, shift)


async def in_care(here: Neighbourhood) -> tuple[Actor, Actor, Any]:
    """A minor, and a guardian who has consented."""
    minor, parent = await here.volunteer("Xiao", SIXTEEN), await here.person("Ma")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=parent.id)
    await here.do(parent, give_guardian_consent, volunteer_id=volunteer.id)
    return minor, parent, {"volunteer_id": volunteer.id}


async def revoke(here: Neighbourhood, proof: Competence, _: Actor) -> None:
    await here.do(here.worker, revoke_competence, competence_id=proof.id, reason="Another's.")


async def withdraw(here: Neighbourhood, proof: Competence, lin: Actor) -> None:
    await here.do(lin, withdraw_competence, competence_id=proof.id)


@pytest.mark.parametrize("end", [revoke, withdraw])
async def test_proof_that_ends_leaves_the_seat_until_other_proof_is_confirmed(
    here: Neighbourhood, clock: Clock, lin: Actor, end: Any
) -> None:
    """pain 16: what lapses is mended, and the seat is theirs again without another act."""
    proof, shift, seat = await seated_by_proof(here, lin)
    await end(here, proof, lin)
    held = await here.now(seat)
    assert (held.state, held.held_until, held.missing) == (NEEDS_ACTION, clock.now + 48 * HOUR, {SKILL: None})
    assert (await here.now(shift)).taken == 1
    await show_proof(here, lin)
    again = await here.now(seat)
    assert (again.state, again.held_until, again.missing, again.next_due) == (CONFIRMED, None, None, None)


async def test_one_act_says_why_the_seat_is_held(here: Neighbourhood, lin: Actor) -> None:
    proof, _, seat = await seated_by_proof(here, lin)
    await revoke(here, proof, lin)
    sql = "SELECT d.subject_id, d.actor_id, c.verb FROM deed d JOIN deed c ON c.id = d.cause_id WHERE d.verb = $1"
    (deed,) = await here.house.lanes.run(sql, ("need_action",))
    assert (deed["subject_id"], deed["actor_id"], deed["verb"]) == (seat.id, None, "revoke_competence")


async def test_other_proof_of_the_same_and_seats_that_need_none_stay(here: Neighbourhood, lin: Actor) -> None:
    simple = await here.shift(ahead=240)
    plain = await here.sign_up(lin, simple)
    proof, _, seat = await seated_by_proof(here, lin)
    await here.house.lanes.run("UPDATE opportunity SET skills = '[]'")
    await revoke(here, proof, lin)
    assert [(await here.now(one)).state for one in (plain, seat)] == [CONFIRMED, CONFIRMED]
    await needing_first_aid(here)
    first, second = await show_proof(here, lin), await show_proof(here, lin)
    await revoke(here, first, lin)
    assert (await here.now(seat)).state == CONFIRMED
    await revoke(here, second, lin)
    assert (await here.now(seat)).state == NEEDS_ACTION


async def test_a_seat_from_before_the_service_needed_it_is_held_when_the_proof_runs_out(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(ahead=96)
    seat = await here.sign_up(lin, shift)
    await needing_first_aid(here)
    proof = await show_proof(here, lin, until=NOON.date())
    clock.now = (await here.now(proof)).next_due
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    assert (await here.now(seat)).state == NEEDS_ACTION
    (deeds,) = await here.house.lanes.run("SELECT count(*) AS n FROM deed WHERE verb = 'need_action'")
    assert deeds["n"] == 1


async def test_a_seat_that_is_not_mended_in_time_goes_to_the_next_in_line(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    proof, shift, seat = await seated_by_proof(here, lin)
    mo = await here.volunteer("Mo")
    await show_proof(here, mo)
    waits = await here.sign_up(mo, shift)
    await revoke(here, proof, lin)
    clock.wait(hours=48)
    await asyncio.gather(*(Alarm(here.house).ring() for _ in range(3)))
    assert [(await here.now(one)).state for one in (seat, waits)] == [SignupState.LAPSED, SignupState.OFFERED]
    assert (await here.now(shift)).taken == 1


async def test_the_letter_names_what_is_missing_by_which_rule_and_what_mends_it_until_when(
    here: Neighbourhood,
) -> None:
    """pain 10: nobody has to guess what is wrong."""
    minor, parent, who = await in_care(here)
    seat = await here.sign_up(minor, await here.shift(ahead=96))
    await here.do(parent, withdraw_guardian_consent, **who)
    await told(here.house)
    (message,) = await here.all(Message, "verb = 'need_action'")
    chinese, english = message.says["text"], message.says["translations"]["en"]["text"]
    assert "缺少：未成年人参加志愿服务须经监护人同意" in chinese
    assert "（依据：中华人民共和国民法典第十七条、第十九条）" in chinese
    assert "consent, and none holds for this service on that day. (Rule: " in english
    assert "Name your guardian, and ask them to consent here" in english
    assert (await here.now(seat)).held_until.isoformat()[:10] in english


async def test_whoever_mended_it_before_they_were_told_is_not_told_of_a_seat_that_is_held(
    here: Neighbourhood, lin: Actor
) -> None:
    proof, _, _ = await seated_by_proof(here, lin)
    await revoke(here, proof, lin)
    await show_proof(here, lin)
    await told(here.house)
    verbs = [message.verb for message in await here.all(Message)]
    assert "need_action" not in verbs
    assert "clear_action" in verbs


async def test_consent_taken_back_leaves_the_seats_until_somebody_consents_anew(here: Neighbourhood) -> None:
    minor, parent, who = await in_care(here)
    shift = await here.shift(ahead=96)
    seat, waits = await here.sign_up(minor, shift), await here.sign_up(await here.volunteer(), shift)
    await here.do(parent, withdraw_guardian_consent, **who)
    assert list((await here.now(seat)).missing) == [CONSENT]
    assert (await here.now(waits)).state == SignupState.WAITLISTED
    aunt = await here.person("Aunt")
    await here.do(minor, name_guardian, guardian_id=aunt.id, **who)
    assert (await here.now(seat)).state == NEEDS_ACTION
    await here.do(aunt, give_guardian_consent, **who)
    assert (await here.now(seat)).state == CONFIRMED
    await here.do(aunt, name_guardian, guardian_id=parent.id, **who)
    assert (await here.now(seat)).state == NEEDS_ACTION


async def test_whoever_has_come_already_is_asked_nothing_more(here: Neighbourhood, clock: Clock, lin: Actor) -> None:
    proof, shift, seat = await seated_by_proof(here, lin)
    clock.now = shift.starts_at - HOUR / 6
    await here.do(here.worker, commands.check_in, signup_id=seat.id)
    await revoke(here, proof, lin)
    assert (await here.now(seat)).state == CONFIRMED


async def test_a_seat_rests_neither_on_when_the_shift_opened_nor_on_how_many_others_one_has(
    here: Neighbourhood, lin: Actor
) -> None:
    proof, shift, seat = await seated_by_proof(here, lin)
    opens = shift.starts_at - HOUR
    await here.do(here.worker, commands.open_in_waves, shift_id=shift.id, everyone_from=opens)
    await here.house.lanes.run("UPDATE opportunity SET skills = '[]'")
    await revoke(here, proof, lin)
    await here.do(
        here.worker,
        commands.reschedule_shift,
        shift_id=shift.id,
        starts_at=shift.starts_at + HOUR,
        ends_at=shift.ends_at + HOUR,
        reason="Rain",
    )
    assert (await here.now(seat)).state == CONFIRMED


async def test_whoever_signs_up_while_their_proof_is_revoked_never_has_a_seat_that_rests_on_it(
    here: Neighbourhood, lin: Actor
) -> None:
    await needing_first_aid(here)
    for n in range(6):
        proof, shift = await show_proof(here, lin), await here.shift(ahead=96 + 24 * n)
        await asyncio.gather(revoke(here, proof, lin), here.sign_up(lin, shift), return_exceptions=True)
        states = [signup.state for signup in await here.all(Signup, "shift_id = $1", shift.id)]
        assert states in ([], [NEEDS_ACTION])


async def test_a_guardian_says_how_far_their_consent_goes_and_narrowed_it_holds_the_seats_beyond_it(
    here: Neighbourhood, clock: Clock
) -> None:
    """pain 3: with whom, where, and until what time of the day a minor serves is for their guardian to say."""
    minor, parent, whom = await in_care(here)
    noon, late = await here.shift(ahead=96), await here.shift(ahead=104, length=3)  # until 14:00, and until 23:00
    seats = [await here.sign_up(minor, shift) for shift in (noon, late)]

    async def states() -> list[SignupState]:
        return [(await here.now(seat)).state for seat in seats]

    await here.do(parent, give_guardian_consent, **whom, latest="21:00")
    assert await states() == [CONFIRMED, NEEDS_ACTION]
    assert (await here.now(seats[1])).missing.keys() == {CONSENT}
    await here.do(parent, give_guardian_consent, **whom, latest="23:00")
    assert await states() == [CONFIRMED, CONFIRMED]
    await here.do(parent, give_guardian_consent, **whom, community_id=here.other_community.id)
    assert await states() == [NEEDS_ACTION, NEEDS_ACTION]
    await here.do(
        parent, give_guardian_consent, **whom, community_id=here.community.id, organization_id=here.organization.id
    )
    assert await states() == [CONFIRMED, CONFIRMED]
    with pytest.raises(NotNow) as no:
        await here.do(
            parent, give_guardian_consent, **whom, community_id=here.community.id, organization_id=here.organization.id
        )
    assert no.value.code == "consented_already"
    await here.do(parent, withdraw_guardian_consent, **whom)
    assert (await here.volunteer_of(minor)).guardian_consent_community_id is None


async def test_beyond_a_guardians_consent_nobody_signs_up_and_nobody_is_checked_in(
    here: Neighbourhood, clock: Clock
) -> None:
    minor, parent, whom = await in_care(here)
    await here.do(parent, give_guardian_consent, **whom, latest="13:59")
    with pytest.raises(NotNow) as no:
        await here.sign_up(minor, await here.shift(ahead=96))  # until 14:00
    assert no.value.code == CONSENT
    seat = await here.sign_up(minor, shift := await here.shift(ahead=96, length=1.5))
    await here.house.lanes.run("UPDATE volunteer SET guardian_consent_latest = '10:00'")
    clock.now = shift.starts_at
    with pytest.raises(NotNow) as no:
        await here.do(here.staff, commands.check_in, signup_id=seat.id)
    assert no.value.code == CONSENT


@pytest.mark.parametrize(("given", "path"), [({"latest": "9 pm"}, "latest"), ({"latest": "24:00"}, "latest")])
async def test_a_time_of_day_that_is_none_is_refused(here: Neighbourhood, given: Any, path: str) -> None:
    _, parent, whom = await in_care(here)
    with pytest.raises(Invalid) as no:
        await here.do(parent, give_guardian_consent, **whom, **given)
    assert no.value.path == path
