"""When does the law want a written agreement, and has the volunteer signed one?

Each circumstance is a rule of some places (`domain/rules.csv`): the opportunity or the volunteer has so much of it, and
where that is as much as the rule says, a written agreement is made before (志愿服务条例第十四条).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Integer, String, case, column, literal_column, select, true, values

from domain.programmes.models import Agreement
from domain.programmes.states import AgreementState
from domain.volunteers.countries import CHINA

ONE: Any = literal_column("1")

#: In the order in which they are told.
CIRCUMSTANCES = (
    "agreement_foreign",
    "agreement_high_risk",
    "agreement_long_term",
    "agreement_full_time",
    "agreement_large_event",
    "agreement_out_of_city",
)


def demanded(volunteer: Any, needed: Any, here: Any, in_force: Callable[[Any, Any], Any]) -> Any:
    """The `id` of the first rule that wants a written agreement of this volunteer in this opportunity, there and then.

    `needed` is the opportunity, `here` the place and the day, `in_force` finds the rule of a name that is in force.
    """
    numbered = [(no, name) for no, name in enumerate(CIRCUMSTANCES)]
    asked = values(column("no", Integer), column("rule", String), name="circumstance", literal_binds=True).data(
        numbered
    )
    is_abroad = volunteer.c.nationality.not_in([literal_column(f"'{country}'") for country in sorted(CHINA)])
    has = {
        "agreement_foreign": case((is_abroad, ONE)),
        "agreement_high_risk": case((needed.c.dangerous, ONE)),
        "agreement_long_term": needed.c.term_months,
        "agreement_full_time": case((needed.c.full_time, needed.c.term_months)),
        "agreement_large_event": case((needed.c.large_event, ONE)),
        "agreement_out_of_city": case((needed.c.out_of_city, ONE)),
    }
    much = case({literal_column(f"'{name}'", String): of_it for name, of_it in has.items()}, value=asked.c.rule)
    rule = in_force(asked.c.rule, here)
    return (
        select(rule.c.id)
        .select_from(asked.join(rule, true()))
        .where(much.is_not(None), rule.c.value > 0, much >= rule.c.value)
        .order_by(asked.c.no)
        .limit(ONE)
        .correlate(volunteer, needed, here)
        .lateral("demanded")
    )


def signed(volunteer: Any, shift: Any, here: Any, proof: Callable[..., Any]) -> Any:
    """The volunteer has an agreement for the shift's opportunity that holds on that day."""
    agreement = proof(Agreement, AgreementState.IN_FORCE)
    return (
        select(agreement.c.id)
        .where(agreement.c.volunteer_id == volunteer.c.id, agreement.c.opportunity_id == shift.c.opportunity_id)
        .where(agreement.c.since <= here.c.day, here.c.day <= agreement.c.until)
        .correlate(volunteer, shift, here)
        .exists()
    )
