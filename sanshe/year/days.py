"""What happens on each day of the year?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.access import Actor
from domain.columns import SHANGHAI
from domain.hours.commands import log_shift_hours, verify_shift_hours
from domain.programmes.commands import (
    accept_offer,
    cancel_shift,
    check_in_many,
    check_out,
    sign_agreement,
    sign_up,
    withdraw,
)
from domain.programmes.models import Shift
from domain.wording import binding
from sanshe.year.stage import Acts, Stage
from sanshe.year.world import AFTERNOON, AGREED, HOURS, MORNING, Street, volunteering

AHEAD = timedelta(days=6)
"""How long before a shift people sign up, and some days later think better of it."""
AGAIN = timedelta(days=3)

COMES, WITHDRAWS, CALLED_OFF = 0.96, 0.03, 0.01
"""How likely it is that somebody with a seat comes, that they give it back, that a shift is called off."""
CROWD = 1.1
"""So many want each seat."""

SHIFTS = "SELECT * FROM shift WHERE street_id = ANY ($1) AND starts_at >= $2 AND starts_at < $3 ORDER BY id"
HELD = """
SELECT s.id, s.shift_id, s.state, v.person_id FROM signup s JOIN volunteer v ON v.id = s.volunteer_id
WHERE s.shift_id = ANY ($1) AND s.state IN ('confirmed', 'offered') ORDER BY s.id"""


@dataclass(frozen=True)
class Seat:
    """A seat that somebody has, or is offered."""

    signup_id: UUID
    shift_id: UUID
    whose: Actor
    offered: bool


@dataclass
class Days:
    """The days of some streets, one after the other."""

    stage: Stage
    streets: dict[UUID, Street]
    agreed: set[tuple[UUID, UUID]] = field(default_factory=set)
    """Who has signed for which opportunity."""

    async def live(self, day: date) -> None:
        """From morning to night."""
        self.stage.at(day, 7)
        await self._ring()
        await self.stage.each(await self._shifts(day + AHEAD), self._sign_up)
        await self._think_again(await self._shifts(day + AGAIN))
        today = await self._shifts(day)
        for hour in (MORNING, AFTERNOON):
            await self._serve(
                day, hour, [shift for shift in today if shift.starts_at.astimezone(SHANGHAI).hour == hour]
            )
        self.stage.at(day, 20)
        await self.stage.each(today, self._log)
        self.stage.at(day, 21)
        await self.stage.each(today, self._verify)
        self.stage.at(day, 22)
        await self.stage.each(today, self._verify_second)

    async def _ring(self) -> None:
        await self.stage.ring(list(self.streets))

    async def _shifts(self, day: date) -> list[Shift]:
        """Those of a day that take place."""
        midnight = datetime.combine(day, time(), SHANGHAI)
        found = await self.stage.house.lanes.run(SHIFTS, (list(self.streets), midnight, midnight + timedelta(days=1)))
        return [Shift.read(dict(row)) for row in found if row["state"] != "cancelled"]

    async def _seats(self, shifts: Iterable[Shift]) -> list[Seat]:
        found = await self.stage.house.lanes.run(HELD, ([shift.id for shift in shifts],))
        return [Seat(r["id"], r["shift_id"], volunteering(r["person_id"]), r["state"] == "offered") for r in found]

    async def _sign_up(self, acts: Acts, shift: Shift) -> None:
        street = self.streets[shift.street_id]
        many = min(round(shift.capacity * CROWD), len(street.volunteers))
        for volunteer in street.luck.sample(street.volunteers, many):
            await self._agree(acts, street, volunteer, shift.opportunity_id)
            await acts.may(volunteer, sign_up, shift_id=shift.id)

    async def _agree(self, acts: Acts, street: Street, volunteer: Actor, opportunity_id: UUID) -> None:
        """Whoever is from abroad signs before they serve somewhere for the first time."""
        if volunteer.id not in street.foreign or (volunteer.id, opportunity_id) in self.agreed:
            return
        signs = {"volunteer_id": street.foreign[volunteer.id], "opportunity_id": opportunity_id}
        await acts.do(volunteer, sign_agreement, **signs, language="en", wording=binding(AGREED)["en"])
        self.agreed.add((volunteer.id, opportunity_id))

    async def _think_again(self, shifts: list[Shift]) -> None:
        """Some give their seats back, who is offered one takes it, and now and then nothing comes of a shift."""
        streets = {shift.id: self.streets[shift.street_id] for shift in shifts}

        async def withdraws(acts: Acts, seat: Seat) -> None:
            if not seat.offered and streets[seat.shift_id].luck.random() < WITHDRAWS:
                await acts.may(seat.whose, withdraw, signup_id=seat.signup_id)

        async def accepts(acts: Acts, seat: Seat) -> None:
            if seat.offered:
                await acts.may(seat.whose, accept_offer, signup_id=seat.signup_id)

        async def calls_off(acts: Acts, shift: Shift) -> None:
            if streets[shift.id].luck.random() < CALLED_OFF:
                leader = streets[shift.id].teams[shift.organization_id].worker
                await acts.do(leader, cancel_shift, shift_id=shift.id, reason="天气原因。Bad weather.")

        await self.stage.each(await self._seats(shifts), withdraws)
        await self.stage.each(await self._seats(shifts), accepts)
        await self.stage.each(shifts, calls_off)

    async def _serve(self, day: date, hour: int, shifts: list[Shift]) -> None:
        """Most of those who have a seat come, and leave when it is over."""
        here: list[Seat] = []
        of = {shift.id: self.streets[shift.street_id] for shift in shifts}
        for seat in await self._seats(shifts):
            if not seat.offered and of[seat.shift_id].luck.random() < COMES:
                here.append(seat)

        async def check_in(acts: Acts, shift: Shift) -> None:
            if came := [seat.signup_id for seat in here if seat.shift_id == shift.id]:
                leader = of[shift.id].teams[shift.organization_id].worker
                await acts.do(leader, check_in_many, shift_id=shift.id, signup_ids=came)

        async def leave(acts: Acts, seat: Seat) -> None:
            await acts.do(seat.whose, check_out, signup_id=seat.signup_id)

        self.stage.at(day, hour)
        await self._ring()
        await self.stage.each(shifts, check_in)
        self.stage.at(day, hour + HOURS)
        await self.stage.each(here, leave)
        self.stage.at(day, hour + HOURS, 30)
        await self._ring()

    async def _log(self, acts: Acts, shift: Shift) -> None:
        team = self.streets[shift.street_id].teams[shift.organization_id]
        await acts.may(team.worker, log_shift_hours, shift_id=shift.id)

    async def _verify(self, acts: Acts, shift: Shift) -> None:
        team = self.streets[shift.street_id].teams[shift.organization_id]
        await acts.may(team.manager, verify_shift_hours, shift_id=shift.id)

    async def _verify_second(self, acts: Acts, shift: Shift) -> None:
        """What was entered by hand beyond the organization's quota is verified by somebody of another body too."""
        await acts.may(self.streets[shift.street_id].officer, verify_shift_hours, shift_id=shift.id)
