"""Which faults must the tests notice? All there are, by what they would do to somebody who asks."""

from tests.mutants.answers import ANSWERS
from tests.mutants.attendance import ATTENDANCE
from tests.mutants.changes import CHANGES
from tests.mutants.competences import COMPETENCES
from tests.mutants.eligibility import ELIGIBILITY
from tests.mutants.exports import EXPORTS
from tests.mutants.factors import FACTORS
from tests.mutants.groups import GROUPS
from tests.mutants.hours import HOURS
from tests.mutants.issuers import ISSUERS
from tests.mutants.matching import MATCHING
from tests.mutants.needs import NEEDS
from tests.mutants.neighbours import NEIGHBOURS
from tests.mutants.notifications import NOTIFICATIONS
from tests.mutants.oauth import OAUTH
from tests.mutants.people import PEOPLE
from tests.mutants.proofs import PROOFS
from tests.mutants.rights import RIGHTS
from tests.mutants.roles import ROLES
from tests.mutants.series import SERIES
from tests.mutants.swaps import SWAPS

MUTANTS = (
    *ANSWERS,
    *ATTENDANCE,
    *CHANGES,
    *COMPETENCES,
    *ELIGIBILITY,
    *EXPORTS,
    *FACTORS,
    *GROUPS,
    *HOURS,
    *ISSUERS,
    *MATCHING,
    *NEEDS,
    *NEIGHBOURS,
    *NOTIFICATIONS,
    *OAUTH,
    *PEOPLE,
    *PROOFS,
    *RIGHTS,
    *ROLES,
    *SERIES,
    *SWAPS,
)
