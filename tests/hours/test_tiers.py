"""Who verifies is told by the day, by the place, and by what is entered by hand; then comes a public notice."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access import Actor
from domain.clock import Alarm
from domain.errors import NotAllowed, NotNow, Refusal
from domain.hours import commands
from domain.hours.commands import log_hours, reject_hours, verify_hours, verify_shift_hours, void_hours
from domain.hours.models import HourEntry, Tier
from domain.hours.states import HourState
from domain.programmes.models import Shift
from tests.conftest import Clock
from tests.programmes.neighbourhood import Neighbourhood


async def given(here: Neighbourhood, clock: Clock, somebody: Actor, *lengths: float) -> list[HourEntry]:
    """Entries of shifts that follow one another on one day; each took half an hour longer than was planned."""
    morning = datetime(2026, 6, 9, 16, tzinfo=UTC)  # midnight of the tenth in China
    ahead, seats = (morning - clock.now) / timedelta(hours=1), []
    for length in lengths:
        shift: Shift = await here.shift(ahead=ahead, length=length - 0.5)
        seats.append((await here.sign_up(somebody, shift), int(length * 60)))
        ahead += length
    clock.now += timedelta(hours=ahead)
    longer = {"reason": "It took longer."}
    return [await here.do(somebody, log_hours, signup_id=seat.id, minutes=minutes, **longer) for seat, minutes in seats]


async def officers(here: Neighbourhood) -> tuple[Actor, Actor]:
    return (
        await here.person("Community", {"community officer": here.community.id}),
        await here.person("Street", {"street officer": here.street}),
    )


async def move_to(here: Neighbourhood, district: str) -> None:
    await here.house.lanes.run("UPDATE street_office SET district = $1", (district,))
    await here.house.refresh()


async def test_a_day_of_up_to_eight_hours_is_verified_by_whoever_leads_and_a_longer_one_further_away(
    here: Neighbourhood, clock: Clock
) -> None:
    """Pain 22: nobody's thirteen hours of one day become a record by one signature nearby."""
    community, street = await officers(here)
    for lengths, tier, who, refused in (
        ((8,), Tier.ORGANIZATION, here.worker, [community, street]),
        ((8, 1), Tier.COMMUNITY, community, [here.worker]),
        ((8, 4), Tier.COMMUNITY, street, [here.worker]),
        ((8, 5), Tier.STREET, street, [here.worker, community]),
    ):
        clock.now = datetime(2026, 6, 1, 4, tzinfo=UTC)
        entries = await given(here, clock, await here.volunteer(), *lengths)
        for entry in [await here.now(entry) for entry in entries]:
            assert entry.tier == tier
            for other in refused:
                with pytest.raises(NotAllowed):
                    await here.do(other, verify_hours, hour_entry_id=entry.id)
            assert (await here.do(who, verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED


async def test_whoever_leads_is_told_by_which_rule_the_day_is_too_long_and_whom_to_ask(
    here: Neighbourhood, clock: Clock
) -> None:
    _, entry = await given(here, clock, await here.volunteer(), 8, 1)
    with pytest.raises(NotAllowed) as refusal:
        await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    assert refusal.value.code == "day_too_long"
    assert refusal.value.grounds
    assert ("8" in refusal.value.grounds.rule, "广东" in refusal.value.grounds.source) == (True, True)
    assert "street office" in (refusal.value.advise("en") or "")
    assert "街道" in (refusal.value.advise("zh-Hans") or "")


async def test_the_day_is_added_up_when_somebody_verifies_and_not_only_when_it_was_logged(
    here: Neighbourhood, clock: Clock
) -> None:
    first, second = await given(here, clock, await here.volunteer(), 8, 1)
    assert (await here.now(first)).tier == Tier.COMMUNITY
    await here.do(here.worker, reject_hours, hour_entry_id=second.id, reason="Nobody saw you")
    verified = await here.do(here.worker, verify_hours, hour_entry_id=first.id)
    assert (verified.state, verified.tier) == (HourState.VERIFIED, Tier.ORGANIZATION)


async def test_guangdong_has_tiers_of_its_own(here: Neighbourhood, clock: Clock) -> None:
    await move_to(here, "440106")
    _, entry = await given(here, clock, await here.volunteer(), 8, 1)
    with pytest.raises(NotAllowed) as refusal:
        await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    assert refusal.value.grounds
    assert "i志愿" in refusal.value.grounds.source


async def by_hand(here: Neighbourhood, clock: Clock, shifts: int) -> list[HourEntry]:
    """Eight hours each, all entered by hand, each by somebody else."""
    entries = []
    for _ in range(shifts):
        shift = await here.shift(length=8)
        seat = await here.sign_up(await here.volunteer(), shift)
        clock.now = shift.ends_at
        entries.append(await here.do(here.staff, log_hours, signup_id=seat.id, minutes=480))
        clock.now += timedelta(minutes=1) - timedelta(hours=80)
    clock.wait(hours=80)
    return entries


async def test_beyond_the_quota_of_hours_by_hand_two_people_of_different_organizations_verify(
    here: Neighbourhood, clock: Clock
) -> None:
    *within, beyond = await by_hand(here, clock, 13)
    for entry in within:
        assert (await here.do(here.manager, verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED
    first = await here.do(here.manager, verify_hours, hour_entry_id=beyond.id)
    assert (first.state, first.first_verified_by_id, first.decided_by_id) == (
        HourState.PENDING_SECOND,
        here.manager.id,
        None,
    )
    deputy = await here.person("Deputy", {"organization manager": here.organization.id})
    for same in (here.manager, deputy):
        with pytest.raises(NotAllowed):
            await here.do(same, verify_hours, hour_entry_id=beyond.id)
    second = await here.do(here.worker, verify_hours, hour_entry_id=beyond.id)
    assert (second.state, second.decided_by_id) == (HourState.VERIFIED, here.worker.id)


async def test_the_second_person_too_verifies_a_whole_shift_in_one_act(here: Neighbourhood, clock: Clock) -> None:
    *_, beyond = await by_hand(here, clock, 13)
    for who, then in ((here.manager, HourState.PENDING_SECOND), (here.worker, HourState.VERIFIED)):
        await here.do(who, verify_shift_hours, shift_id=beyond.shift_id)
        entry = await here.house.lanes.run("SELECT state FROM hour_entry WHERE id = $1", (beyond.id,))
        assert entry[0]["state"] == then
    with pytest.raises(NotNow):
        await here.do(here.colleague, verify_shift_hours, shift_id=beyond.shift_id)


async def test_somebody_with_two_hats_is_one_person(here: Neighbourhood, clock: Clock) -> None:
    *_, beyond = await by_hand(here, clock, 13)
    places = {"organization manager": frozenset({here.organization.id}), "street officer": frozenset({here.street})}
    both = Actor(here.manager.id, places)
    assert (await here.do(both, verify_hours, hour_entry_id=beyond.id)).state == HourState.PENDING_SECOND
    with pytest.raises(NotAllowed):
        await here.do(both, verify_hours, hour_entry_id=beyond.id)


async def test_what_was_seen_on_the_spot_and_what_is_a_month_old_uses_no_quota(
    here: Neighbourhood, clock: Clock
) -> None:
    await by_hand(here, clock, 13)
    clock.wait(days=31)
    (entry,) = await by_hand(here, clock, 1)
    assert (await here.do(here.manager, verify_hours, hour_entry_id=entry.id)).state == HourState.VERIFIED


async def test_verified_time_is_final_after_three_working_days_of_public_notice(
    here: Neighbourhood, clock: Clock
) -> None:
    """Verified on 30 September: the working days that follow are 8 and 9 October, and the 10th that is made up."""
    clock.now = datetime(2026, 9, 27, 2, tzinfo=UTC)
    shift = await here.shift()
    somebody = await here.volunteer()
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    verified = await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    assert verified.notice_until == datetime(2026, 10, 10, 16, tzinfo=UTC)
    clock.now = verified.notice_until - timedelta(seconds=1)
    await Alarm(here.house).ring()
    assert (await here.now(entry)).state == HourState.VERIFIED
    clock.wait(seconds=1)
    await Alarm(here.house).ring()
    assert (await here.now(entry)).state == HourState.FINAL
    assert (await here.do(here.worker, void_hours, hour_entry_id=entry.id, reason="Was elsewhere")).state == "voided"


async def test_nobody_but_the_clock_makes_time_final(here: Neighbourhood, clock: Clock) -> None:
    (entry,) = await given(here, clock, await here.volunteer(), 1)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    with pytest.raises(Refusal):
        await here.do(here.worker, commands.finalize_hours, hour_entry_id=entry.id)
