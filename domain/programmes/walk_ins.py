"""Is it known who somebody is that came without a seat?"""

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.errors import NotNow
from domain.programmes.models import Shift
from domain.rules import grounds
from domain.states import is_in
from domain.volunteers.models import IdentityDocument, Volunteer
from domain.volunteers.states import EXPIRED, VERIFIED
from domain.work import Work

#: Of documents that show who somebody is, or was known to be.
IDENTIFYING = (VERIFIED, EXPIRED)
IDENTIFIED = (
    select(IdentityDocument)
    .where(col(IdentityDocument.volunteer_id) == bindparam("volunteer"))
    .where(is_in(IdentityDocument.state, *IDENTIFYING))
    .limit(1)
)


async def is_identified(work: Work, volunteer: Volunteer) -> bool:
    """Whether somebody has ever verified a document of the volunteer's."""
    return await work.first(IdentityDocument, IDENTIFIED, volunteer=volunteer.id) is not None


async def require_identified(work: Work, volunteer: Volunteer, shift: Shift) -> None:
    if not await is_identified(work, volunteer):
        term = work.rule("walk_in_identity", at=shift)
        raise NotNow(
            "identity_pending",
            f"Who came without a seat shows who they are within {term.value} days before hours are logged.",
            f"临时参加者须在 {term.value} 日内完成身份核验，方可登记时长。",
            grounds=grounds(term, work.actor.language),
            remedy=("Let them show an identity document with showIdentity.", "请本人登记身份证件并通过核验。"),
        )
