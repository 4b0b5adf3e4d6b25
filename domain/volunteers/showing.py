"""Which volunteer shows a code? Nobody is looked up by anything else: who was shown the code has met them."""

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.introductions import shown_by
from domain.errors import NotFound
from domain.volunteers.models import Volunteer
from domain.work import Work

BY_PERSON = select(Volunteer).where(col(Volunteer.person_id) == bindparam("person"))


async def who_shows(work: Work, code: str) -> Volunteer:
    """The volunteer, as they stay until the work is done."""
    person_id = await shown_by(work.run, code, work.now)
    found = await work.first(Volunteer, BY_PERSON, lock=True, person=person_id)
    if found is None:
        raise nobody_shows()
    return found


def nobody_shows() -> NotFound:
    return NotFound(
        "no_such_volunteer",
        "No volunteer shows this code, or its time is over.",
        "没有志愿者出示此代码，或代码已过期。",
        path="code",
        remedy=(
            "Let them register as a volunteer, and show the code of their account page.",
            "请对方先注册为志愿者，再出示账号页面上的代码。",
        ),
    )
