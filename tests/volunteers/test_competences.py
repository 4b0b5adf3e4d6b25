"""What somebody can do is confirmed by somebody else who has seen the proof, and holds until its last day."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.postgres import Lanes
from domain.volunteers.commands import (
    confirm_competence,
    expire_competence,
    record_competence,
    refuse_competence,
    register_volunteer,
    revoke_competence,
    withdraw_competence,
)
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource
from domain.volunteers.states import CompetenceState
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

TODAY = NOON.date()
FIRST_AID: dict[str, Any] = {
    "skill": "first_aid",
    "level": CompetenceLevel.BASIC,
    "source": CompetenceSource.CERTIFICATE,
    "proof": "Red Cross, 2026",
}


async def record(here: Neighbourhood, somebody: Actor, **about: Any) -> Competence:
    volunteer = await here.volunteer_of(somebody)
    told = {**FIRST_AID, **about}
    competence: Competence = await here.do(somebody, record_competence, volunteer_id=volunteer.id, **told)
    return competence


async def confirm(here: Neighbourhood, competence: Competence, who: Actor | None = None) -> Competence:
    confirmed: Competence = await here.do(who or here.worker, confirm_competence, competence_id=competence.id)
    return confirmed


async def test_an_organization_or_a_social_worker_confirms_what_was_recorded(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    for who, about in (
        (here.worker, {}),
        (here.manager, {"skill": None, "language": "EN", "level": CompetenceLevel.NATIVE}),
    ):
        competence = await record(here, somebody, **about)
        assert (competence.state, competence.since) == (CompetenceState.CLAIMED, TODAY)
        known = await confirm(here, competence, who)
        assert (known.state, known.confirmed_by_id, known.confirmed_at) == (
            CompetenceState.CURRENT,
            who.person_id,
            here.house.clock(),
        )
    assert [c.language for c in await here.all(Competence)] == [None, "en"]


@pytest.mark.parametrize(
    ("about", "path", "code"),
    [
        ({"language": "en"}, "skill", "a_skill_or_a_language"),
        ({"skill": None}, "skill", "a_skill_or_a_language"),
        ({"skill": "First Aid"}, "skill", "wrong_skill"),
        ({"skill": None, "language": "no such language"}, "language", "wrong_locale"),
        ({"level": CompetenceLevel.NATIVE}, "level", "native_is_of_languages"),
        ({"source": CompetenceSource.COURSE}, "source", "course_by_itself"),
        ({"proof": " "}, "proof", None),
        ({"until": TODAY - timedelta(1)}, "until", "ends_too_early"),
        ({"since": TODAY + timedelta(2), "until": TODAY + timedelta(1)}, "until", "ends_too_early"),
    ],
)
async def test_what_is_wrong_with_a_competence_is_named(
    here: Neighbourhood, about: dict[str, Any], path: str, code: str | None
) -> None:
    somebody = await here.volunteer()
    with pytest.raises(Invalid) as no:
        await record(here, somebody, **about)
    assert no.value.path == path
    assert code is None or no.value.code == code
    assert await here.all(Competence) == []


async def test_nobody_confirms_their_own_and_strangers_find_none(here: Neighbourhood) -> None:
    worker = here.worker
    await here.do(worker, register_volunteer, legal_name="Wang", birth_date=ADULT)
    competence = await record(here, worker)
    for who, no in ((worker, NotAllowed), (here.stranger, NotFound), (here.staff, NotFound), (Actor(), NotFound)):
        with pytest.raises(no):
            await confirm(here, competence, who)
    assert (await confirm(here, competence, here.colleague)).state == CompetenceState.CURRENT


async def test_what_is_refused_withdrawn_or_revoked_may_be_shown_anew(here: Neighbourhood) -> None:
    """Pain 25: what was confirmed in haste is taken back, with a reason."""
    somebody = await here.volunteer()
    refused = await record(here, somebody)
    with pytest.raises(Conflict) as no:
        await record(here, somebody)
    assert no.value.code == "competence_claimed"
    why: dict[str, Any] = {"competence_id": refused.id, "reason": "Whose is it?"}
    assert (await here.do(here.worker, refuse_competence, **why)).state == CompetenceState.REFUSED
    with pytest.raises(NotNow):
        await confirm(here, refused)
    withdrawn = await record(here, somebody)
    assert (await here.do(somebody, withdraw_competence, competence_id=withdrawn.id)).state == CompetenceState.WITHDRAWN
    revoked = await confirm(here, await record(here, somebody))
    with pytest.raises(NotAllowed):
        await here.do(somebody, revoke_competence, competence_id=revoked.id, reason="-")
    why = {"competence_id": revoked.id, "reason": "Another's."}
    assert (await here.do(here.manager, revoke_competence, **why)).reason == "Another's."
    assert (await record(here, somebody)).state == CompetenceState.CLAIMED


async def test_a_competence_expires_when_its_last_day_is_over_in_china(here: Neighbourhood, clock: Clock) -> None:
    """Expiry (pain 16)."""
    somebody = await here.volunteer()
    known = await confirm(here, await record(here, somebody, until=TODAY))
    late = await record(here, somebody, skill="reading", until=TODAY)
    with pytest.raises(NotFound):
        await here.do(here.stranger, expire_competence, competence_id=known.id)
    assert await Alarm(here.house).ring() == 1  # it could have been renewed for long
    due = (await here.now(known)).next_due
    assert due.isoformat() == f"{TODAY}T16:00:00+00:00"
    clock.now = due - timedelta(seconds=1)
    assert await Alarm(here.house).ring() == 0
    clock.now = due
    assert await Alarm(here.house).ring() == 1
    assert (await here.now(known)).state == CompetenceState.EXPIRED
    with pytest.raises(NotNow) as no:
        await confirm(here, late)
    assert no.value.code == "proof_expired"


async def test_of_confirming_and_taking_back_at_once_one_comes_first(
    here: Neighbourhood, database: str, clock: Clock
) -> None:
    somebody = await here.volunteer()
    lanes = await Lanes(database, size=2).open()
    try:
        elsewhere = await House(lanes, clock).open()
        for _ in range(4):
            claim = await record(here, somebody)
            outcomes = await asyncio.gather(
                confirm(here, claim),
                elsewhere.do(somebody, withdraw_competence, competence_id=claim.id),
                return_exceptions=True,
            )
            assert not [no for no in outcomes if isinstance(no, Exception) and not isinstance(no, NotNow)]
            assert (await here.now(claim)).state == CompetenceState.WITHDRAWN, "either way it is taken back"
    finally:
        await lanes.close()


async def test_erasure_forgets_competences(here: Neighbourhood) -> None:
    somebody = await here.volunteer(born=date(1980, 1, 1))
    await record(here, somebody)
    await here.do(somebody, erase_person, person_id=somebody.id)
    assert await here.all(Competence) == []
