"""Whoever leads a service asks somebody to serve. Nothing is held for them, and accepting is signing up like others."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.columns import new_id
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Refusal
from domain.programmes import commands
from domain.programmes.models import Invitation, Shift, Signup
from domain.programmes.states import SEATED, InvitationState, SignupState
from domain.volunteers.commands import register_volunteer, update_volunteer
from tests.conftest import Clock
from tests.notifications.test_who_is_told import family
from tests.programmes.neighbourhood import ADULT, Neighbourhood
from tests.programmes.test_fair_access import lives_here, waves
from tests.programmes.test_matching import candidates
from tests.programmes.test_reviews import reviews

ACCEPTED, DECLINED, OPEN = InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.OPEN
EXPIRED, WITHDRAWN = InvitationState.EXPIRED, InvitationState.WITHDRAWN


async def invite(here: Neighbourhood, whom: Actor, shift: Shift, who: Actor | None = None) -> Invitation:
    """Somebody who shows their code."""
    code = await introduce(here.house.lanes.run, whom.id or new_id(), here.house.clock())
    invited: Invitation = await here.do(who or here.worker, commands.invite_volunteer, shift_id=shift.id, code=code)
    return invited


async def invite_candidate(here: Neighbourhood, whom: Actor, shift: Shift) -> Invitation:
    volunteer = await here.volunteer_of(whom)
    about = {"shift_id": shift.id, "volunteer_id": volunteer.id}
    invited: Invitation = await here.do(here.worker, commands.invite_volunteer, **about)
    return invited


async def answer(here: Neighbourhood, who: Actor, verb: str, invitation: Invitation) -> Invitation:
    answered: Invitation = await here.do(who, getattr(commands, verb), invitation_id=invitation.id)
    return answered


async def accept(here: Neighbourhood, who: Actor, invitation: Invitation) -> Invitation:
    return await answer(here, who, "accept_invitation", invitation)


async def signups(here: Neighbourhood, shift: Shift) -> list[SignupState]:
    """How the signups of a shift stand, whose seats are as many as it counts."""
    states = [signup.state for signup in await here.all(Signup, "shift_id = $1", shift.id)]
    assert (await here.now(shift)).taken == len([state for state in states if state in SEATED])
    return states


async def code_of(wanted: Any, no: type[Refusal] = NotNow) -> str:
    with pytest.raises(no) as refusal:
        await wanted
    assert refusal.value.remedy or refusal.value.code in {"begun", "already_signed_up", "already_invited"}
    return refusal.value.code


@pytest.fixture
async def lin(here: Neighbourhood) -> Actor:
    return await here.volunteer("Lin")


@pytest.fixture
async def mo(here: Neighbourhood) -> Actor:
    return await here.volunteer("Mo")


async def test_an_invitation_holds_no_seat_and_whoever_accepts_signs_up(
    here: Neighbourhood, lin: Actor, mo: Actor
) -> None:
    """pain 28: whoever could help out is asked in one act, and pain 4: no seat is kept for a friend by it."""
    shift = await here.shift(capacity=1)
    first, second = await invite(here, lin, shift), await invite(here, mo, shift)
    assert (first.state, await signups(here, shift)) == (OPEN, [])
    assert first.expires_at == min(here.house.clock() + timedelta(days=3), shift.starts_at)
    assert (await accept(here, lin, first)).state == ACCEPTED
    assert await signups(here, shift) == [SignupState.CONFIRMED]
    await accept(here, mo, second)
    assert await signups(here, shift) == [SignupState.CONFIRMED, SignupState.WAITLISTED]


async def test_accepting_asks_what_signing_up_asks_and_is_no_way_around_waves(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    shift = await here.shift(capacity=5)
    await waves(here, shift, everyone_from=5)
    invitation, child = await invite(here, lin, shift), await here.volunteer("Child", born=date(2012, 1, 1))
    assert await code_of(accept(here, lin, invitation)) == "not_open_yet"
    of_child = await invite(here, child, shift)
    clock.wait(hours=5)
    assert await code_of(accept(here, child, of_child)) == "guardian_consent_missing"
    assert (await accept(here, lin, invitation)).state == ACCEPTED
    assert await signups(here, shift) == [SignupState.CONFIRMED]


async def test_where_signups_are_reviewed_the_invitation_was_the_leaders_yes(
    here: Neighbourhood, lin: Actor, mo: Actor
) -> None:
    await reviews(here)
    shift = await here.shift(capacity=5)
    await accept(here, lin, await invite(here, lin, shift))
    await here.sign_up(mo, shift)
    assert await signups(here, shift) == [SignupState.CONFIRMED, SignupState.PENDING_REVIEW]


async def test_whoever_leads_invites_and_nobody_invites_themselves(here: Neighbourhood, lin: Actor) -> None:
    shift = await here.shift(capacity=5)
    for who in (here.staff, here.outsider, here.stranger, lin):
        with pytest.raises(NotFound):
            await invite(here, lin, shift, who)
    await here.do(here.worker, register_volunteer, legal_name="Wang", birth_date=ADULT)
    assert await code_of(invite(here, here.worker, shift), Invalid) == "yourself"
    assert (await invite(here, here.worker, shift, here.manager)).state == OPEN


async def test_only_the_invited_accepts_and_their_guardian_may_decline(here: Neighbourhood) -> None:
    mother, child = await family(here)
    invitation = await invite(here, child, await here.shift(capacity=5))
    for who in (mother, here.worker):
        with pytest.raises(NotAllowed):
            await accept(here, who, invitation)
    with pytest.raises(NotAllowed):
        await answer(here, child, "withdraw_invitation", invitation)
    with pytest.raises(NotFound):
        await accept(here, await here.volunteer("Other"), invitation)
    assert (await answer(here, mother, "decline_invitation", invitation)).state == DECLINED


async def test_of_those_who_show_no_code_only_candidates_are_invited_and_nobody_who_does_not_want_it(
    here: Neighbourhood, lin: Actor
) -> None:
    shift, volunteer = await here.shift(capacity=5), await here.volunteer_of(lin)
    assert await code_of(invite_candidate(here, lin, shift), NotFound) == "no_such_candidate"
    await lives_here(here, lin)
    assert len(await candidates(here, here.worker, shift)) == 1
    invitation = await invite_candidate(here, lin, shift)
    await answer(here, here.worker, "withdraw_invitation", invitation)
    await here.do(lin, update_volunteer, volunteer_id=volunteer.id, invitable=False)
    assert await candidates(here, here.worker, shift) == []
    assert await code_of(invite_candidate(here, lin, shift), NotFound) == "no_such_candidate"
    assert (await invite(here, lin, shift)).state == OPEN  # whoever shows their code wants it


async def test_one_of_both_is_named(here: Neighbourhood, lin: Actor) -> None:
    shift, volunteer = await here.shift(), await here.volunteer_of(lin)
    for given in ({}, {"volunteer_id": volunteer.id, "code": "BCDF"}):
        with pytest.raises(Invalid) as no:
            await here.do(here.worker, commands.invite_volunteer, shift_id=shift.id, **given)
        assert (no.value.code, no.value.path) == ("candidate_or_code", "volunteerId")


async def test_nobody_is_asked_twice_or_after_they_said_no_or_were_taken_off(
    here: Neighbourhood, lin: Actor, mo: Actor
) -> None:
    shift = await here.shift(capacity=5)
    invitation = await invite(here, lin, shift)
    assert await code_of(invite(here, lin, shift), Conflict) == "already_invited"
    await answer(here, lin, "decline_invitation", invitation)
    assert await code_of(invite(here, lin, shift)) == "declined_already"
    seat = await here.sign_up(mo, shift)
    assert await code_of(invite(here, mo, shift)) == "already_signed_up"
    await here.do(here.worker, commands.remove_signup, signup_id=seat.id, reason="Quarrels.")
    assert await code_of(invite(here, mo, shift)) == "removed"


async def test_whoever_signed_up_by_themselves_meanwhile_has_one_signup(here: Neighbourhood, lin: Actor) -> None:
    shift = await here.shift(capacity=5)
    invitation = await invite(here, lin, shift)
    await here.sign_up(lin, shift)
    assert await code_of(accept(here, lin, invitation), Conflict) == "already_signed_up"
    assert await signups(here, shift) == [SignupState.CONFIRMED]


async def test_a_person_and_a_shift_have_so_many_and_no_more(here: Neighbourhood, clock: Clock, lin: Actor) -> None:
    for n in range(3):
        await invite(here, lin, await here.shift(ahead=96 + 24 * n))
    last = await here.shift(ahead=200)
    assert await code_of(invite(here, lin, last)) == "invited_enough"
    clock.wait(hours=24)
    await invite(here, lin, last)
    full = await here.shift(ahead=300, capacity=1)
    for _ in range(30):
        await invite(here, await here.volunteer(), full)
    assert await code_of(invite(here, await here.volunteer(), full)) == "too_many_invitations"


async def test_unanswered_it_expires_by_the_clock_and_never_after_the_shift_begins(
    here: Neighbourhood, clock: Clock, lin: Actor
) -> None:
    soon, later = await here.shift(ahead=10), await here.shift(ahead=200)
    one, two = await invite(here, lin, soon), await invite(here, lin, later)
    assert one.expires_at == soon.starts_at
    clock.now = soon.starts_at
    assert await code_of(accept(here, lin, one)) == "begun"
    await Alarm(here.house).ring()
    assert ((await here.now(one)).state, (await here.now(two)).state) == (EXPIRED, OPEN)
    clock.now = two.expires_at
    assert await code_of(accept(here, lin, two)) == "invitation_expired"
    await Alarm(here.house).ring()
    assert (await here.now(two)).state == EXPIRED
    assert await code_of(invite(here, lin, soon)) == "begun"


@pytest.mark.parametrize("verb", ["reschedule_shift", "cancel_shift"])
async def test_what_is_moved_or_called_off_asks_nobody_any_longer(here: Neighbourhood, verb: str, lin: Actor) -> None:
    shift = await here.shift(ahead=96)
    invitation = await invite(here, lin, shift)
    later = {"starts_at": shift.starts_at + timedelta(days=1), "ends_at": shift.ends_at + timedelta(days=1)}
    given = later if verb == "reschedule_shift" else {}
    await here.do(here.worker, getattr(commands, verb), shift_id=shift.id, reason="Rain.", **given)
    assert (await here.now(invitation)).state == WITHDRAWN


async def test_whoever_leaves_is_invited_no_longer(here: Neighbourhood, lin: Actor) -> None:
    invitation = await invite(here, lin, await here.shift())
    await here.do(lin, erase_person, person_id=lin.id, reason="I move away.")
    assert (await here.now(invitation)).state == DECLINED


# -- all at once ------------------------------------------------------------------------------------------------------


async def test_accepted_withdrawn_and_declined_at_once_has_one_end(here: Neighbourhood, lin: Actor) -> None:
    for n in range(6):
        shift = await here.shift(ahead=96 + 24 * n)
        await here.house.lanes.run("UPDATE invitation SET invited_at = invited_at - interval '2 days'")
        invitation = await invite(here, lin, shift)
        done = await asyncio.gather(
            accept(here, lin, invitation),
            answer(here, here.worker, "withdraw_invitation", invitation),
            answer(here, lin, "decline_invitation", invitation),
            return_exceptions=True,
        )
        assert len([one for one in done if isinstance(one, Invitation)]) == 1, done
        accepted = (await here.now(invitation)).state == ACCEPTED
        assert await signups(here, shift) == ([SignupState.CONFIRMED] if accepted else [])


async def test_accepted_as_it_expires_it_has_one_end(here: Neighbourhood, clock: Clock, lin: Actor) -> None:
    for _ in range(4):
        shift = await here.shift(ahead=200)
        invitation = await invite(here, lin, shift)
        clock.now = invitation.expires_at
        await asyncio.gather(accept(here, lin, invitation), Alarm(here.house).ring(), return_exceptions=True)
        assert ((await here.now(invitation)).state, await signups(here, shift)) == (EXPIRED, [])


async def test_the_last_seat_goes_to_one_of_those_who_accept_at_once(here: Neighbourhood) -> None:
    shift, people = await here.shift(capacity=1), [await here.volunteer(f"V{n}") for n in range(4)]
    invited = [await invite(here, somebody, shift) for somebody in people]
    await asyncio.gather(*(accept(here, *one) for one in zip(people, invited, strict=True)))
    assert sorted(await signups(here, shift)) == [SignupState.CONFIRMED] + 3 * [SignupState.WAITLISTED]


async def test_at_once_nobody_is_invited_more_often_than_they_may(here: Neighbourhood, lin: Actor) -> None:
    shifts = [await here.shift(ahead=96 + 24 * n) for n in range(6)]
    done = await asyncio.gather(*(invite(here, lin, shift) for shift in shifts), return_exceptions=True)
    assert len([one for one in done if isinstance(one, Invitation)]) == 3, done
