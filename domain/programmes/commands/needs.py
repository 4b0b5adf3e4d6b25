"""Do: what becomes of a seat when its holder meets no longer what the shift asks for, or meets it again.

Nobody loses a seat by that at once: whoever misses something is told what it is, keeps the seat for a while, and has it
again when that is mended. It is one act with what changed: proof that ends, consent taken back, a shift that moves.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from domain.access import NOW
from domain.columns import Row
from domain.errors import NotNow
from domain.programmes.access import RULES, seat_is_held
from domain.programmes.commands.signups import held_until, require_taking_signups, signup_and_what_it_meets
from domain.programmes.eligibility import Asked, as_one, of_a_seat, require_all, requirements, unmet
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.states import CAME, ShiftState, SignupState
from domain.programmes.waitlist import pass_seat_on
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

signups, shifts, volunteers = Signup.__table__, Shift.__table__, Volunteer.__table__  # type: ignore[attr-defined]

#: What is asked of a volunteer, as it will be once this act is done.
OF_THEM = (
    *("id", "birth_date", "nationality", "community_id", "charter_edition", "guardian_consent_until"),
    *("guardian_consent_community_id", "guardian_consent_organization_id", "guardian_consent_latest"),
)
THEM: Any = select(
    *(bindparam(name, type_=volunteers.c[name].type).label(name) for name in OF_THEM),
).subquery("them")

#: Each seat of theirs in a shift ahead to which they have not come yet, and what of the shift they will meet.
SEATS_AHEAD = (
    select(
        signups,
        shifts,
        as_one(
            requirements(
                THEM,
                shifts,
                NOW,
                without=bindparam("without", type_=Uuid()),
                newly=bindparam("newly", type_=JSONB),
            )
        ),
    )
    .join_from(signups, THEM, THEM.c.id == signups.c.volunteer_id)
    .join(shifts, shifts.c.id == signups.c.shift_id)
    .where(is_in(signups.c.state, SignupState.CONFIRMED, SignupState.NEEDS_ACTION))
    .where(is_in(shifts.c.state, ShiftState.SCHEDULED), shifts.c.starts_at > NOW)
    .where(~exists().where(col(Attendance.signup_id) == signups.c.id, is_in(Attendance.state, *CAME)))
    .order_by(signups.c.id)
)


async def recheck_seats(
    work: Work, volunteer: Volunteer, *, without: UUID | None = None, newly: Row | None = None
) -> None:
    """What follows for somebody's seats ahead when what they are asked for has changed.

    `volunteer`: as they are from now on, read with a lock, so that nothing is signed up for meanwhile. `without`: proof
    that counts no longer (its id); `newly`: proof that counts from now on, as it will be written.
    """
    them = {name: getattr(volunteer, name) for name in OF_THEM}
    proof = {type(newly).__tablename__: [newly.model_dump(mode="json")]} if newly else {}
    seats = await work.joined((Signup, Shift), SEATS_AHEAD, now=work.now, without=without, newly=proof, **them)
    for signup, shift, asked in seats:
        settle_seat(work, signup, shift, asked)


def settle_seat(work: Work, signup: Signup, shift: Shift, asked: Asked) -> None:
    """Whoever meets it all has their seat; whoever does not is told, and keeps it until they had time to mend it."""
    missing = {code: str(rule.id) if rule else None for code, rule in unmet(work, of_a_seat(asked)).items()}
    holds = signup.state == SignupState.NEEDS_ACTION
    if missing and holds and signup.held_until and signup.held_until > (until := held_until(work, shift)):
        work.change(signup, held_until=until, missing=missing)
        work.follow("need_action", signup)
    if bool(missing) == holds:
        return
    if missing:
        work.move(signup, "need_action", held_until=held_until(work, shift), missing=missing)
        work.follow("need_action", signup)
    else:
        work.move(signup, "clear_action", held_until=None, missing=None)
        work.follow("clear_action", signup)


async def clear_action(work: Work, *, signup_id: UUID) -> Signup:
    """Say that what was missing is mended: if it is, the seat is confirmed again. 确认已补办"""
    signup, volunteer, shift, asked = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "clear_action", signup, volunteer)
    work.move(signup, "clear_action")
    require_taking_signups(work, shift)
    if not seat_is_held.test(work.actor, signup):
        raise NotNow("seat_lapsed", "The seat was held until then, and no longer.", "名额保留期限已过。")
    require_all(work, of_a_seat(asked))
    return work.change(signup, held_until=None, missing=None)


async def lapse_signup(work: Work, *, signup_id: UUID) -> Signup:
    """What was missing was not mended in time: the next in line gets the seat. By the clock. 逾期未补办"""
    signup, volunteer, shift, _ = await signup_and_what_it_meets(work, signup_id)
    work.ask(RULES, "lapse_signup", signup, volunteer, shift)
    work.move(signup, "lapse_signup")
    await pass_seat_on(work, shift)
    return signup
