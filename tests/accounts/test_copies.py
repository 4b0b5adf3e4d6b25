"""The copy of what is known about somebody says what others are called: as far as they may see it, and no further."""

import io
import json
import zipfile
from typing import Any

from domain.access import Actor
from domain.accounts.copies import write_copy
from domain.accounts.models import RoleGrant, RoleName
from domain.hours.commands import log_hours, verify_hours
from domain.organizations.states import OrganizationState
from domain.volunteers.commands import name_guardian
from domain.workers.models import Supervision
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import Neighbourhood

SIXTEEN = NOON.date().replace(year=NOON.year - 16)


async def copy(here: Neighbourhood, somebody: Actor) -> dict[str, list[dict[str, Any]]]:
    """Each file's rows."""
    assert somebody.id
    file = io.BytesIO()
    await write_copy(here.house, somebody.id, file)
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.endswith(".json")]
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in names}


async def test_whoever_verified_an_hour_is_called_as_everybody_calls_them(here: Neighbourhood, clock: Clock) -> None:
    somebody = await here.volunteer("Ximena")
    shift = await here.shift(ahead=1)
    seat = await here.sign_up(somebody, shift)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
    (hours,) = (await copy(here, somebody))["hour_entry"]
    assert (hours["logged_by_called"], hours["decided_by_called"]) == ("Ximena", "Wang")
    assert list(hours).index("decided_by_called") == list(hours).index("decided_by_id") + 1
    assert "volunteer_called" not in hours, "it is they"


async def test_a_minor_and_their_guardian_read_each_others_display_name_and_nothing_private(
    here: Neighbourhood,
) -> None:
    minor, guardian = await here.volunteer("Xiaoming", born=SIXTEEN), await here.person("Papa")
    volunteer = await here.volunteer_of(minor)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=guardian.id)
    (own,) = (await copy(here, minor))["volunteer"]
    assert own["guardian_called"] == "Papa"
    (named,) = (await copy(here, guardian))["volunteer_naming_you"]
    assert named["person_called"] == "Xiaoming"
    assert {"legal_name", "birth_date", "display_name"}.isdisjoint(named)


async def test_what_somebody_may_no_longer_see_has_no_name_in_their_copy(here: Neighbourhood) -> None:
    """A social worker sees volunteers as long as they are one, and an organization once it is confirmed."""
    helped = await here.volunteer_of(await here.volunteer("Ximena"))
    supervision = Supervision.new(
        street_id=here.street,
        agency_id=here.organization.id,
        social_worker_id=here.plan.social_worker_id,
        volunteer_id=helped.id,
        since=NOON.date(),
    )
    await here.put(supervision)
    (row,) = (await copy(here, here.worker))["supervision"]
    assert (row["volunteer_called"], row["social_worker_called"]) == (None, "Wang")
    assert row["agency_called"]["text"] == "Sunrise"
    grant = {"role": RoleName.SOCIAL_WORKER, "community_id": here.community.id, "since": NOON.date()}
    await here.put(RoleGrant.new(person_id=here.worker.id, **grant))
    (row,) = (await copy(here, here.worker))["supervision"]
    assert row["volunteer_called"] == "Ximena"
    hidden = ("UPDATE organization SET state = $2 WHERE id = $1", (here.organization.id, OrganizationState.PENDING))
    await here.house.lanes.run(*hidden)
    (row,) = (await copy(here, here.worker))["supervision"]
    assert row["agency_called"] is None, "until its papers are checked, its own people see it alone"
