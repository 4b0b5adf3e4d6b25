"""Who may write, decide and read the ledger of service time."""

from typing import Any

from domain.access import Rules, Who, anyone, is_actor, role, role_at, some, state_in, via
from domain.accounts.access import signed_in
from domain.hours.models import AuditDraw, HourCase, HourEntry, Instance, Kinship, Tier
from domain.hours.states import HourState, KinshipState
from domain.programmes.access import the_clock
from domain.programmes.leading import leads, runs
from domain.programmes.models import Shift
from domain.volunteers.access import oneself_or_guardian, the_volunteer
from domain.volunteers.models import Volunteer

who_served = via(HourEntry.volunteer_id, Volunteer, the_volunteer).called("the volunteer", "志愿者本人")
for_whom_it_is = via(HourEntry.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)

# -- kinship ----------------------------------------------------------------------------------------------------------

declared = state_in(Kinship.state, KinshipState.DECLARED)
whose_kinship_it_is = (is_actor(Kinship.person_id) | is_actor(Kinship.relative_id)).called(
    "either of the two", "亲属双方任一人"
)
a_relative = some(Kinship, Kinship.person_id, Volunteer.person_id, is_actor(Kinship.relative_id) & declared) | some(
    Kinship, Kinship.relative_id, Volunteer.person_id, is_actor(Kinship.person_id) & declared
)


def has_a_stake(volunteer: Any) -> Who:
    """Whoever decides nothing about somebody's hours: they themselves, and their relatives."""
    served, related = via(volunteer, Volunteer, the_volunteer), via(volunteer, Volunteer, a_relative)
    return (served | related).called("the volunteer or a declared relative", "志愿者本人或其申报的亲属")


# -- entries ----------------------------------------------------------------------------------------------------------

has_a_stake_in_it = has_a_stake(HourEntry.volunteer_id)
who_logged_it = is_actor(HourEntry.logged_by_id).called("the one who logged it", "登记人本人")
its_street = role_at("street officer", HourEntry.street_id)
its_community = role_at("community officer", HourEntry.community_id)

#: Nobody decides about their own service or a relative's, and an application on its own behalf about nobody's.
decides = (signed_in & leads(HourEntry) & ~has_a_stake_in_it).called(
    "whoever leads the service, if neither they nor a relative served", "服务负责人（本人或亲属参加服务的除外）"
)

#: By all that was given on the day; the street may verify what the community may.
verifies_the_day = (
    (leads(HourEntry) & state_in(HourEntry.tier, Tier.ORGANIZATION))
    | (its_community & state_in(HourEntry.tier, Tier.COMMUNITY))
    | (its_street & state_in(HourEntry.tier, Tier.COMMUNITY, Tier.STREET))
).called(
    "whoever leads the service, or the community or the street office if much was given on the day",
    "服务负责人（当日时长较多的，由社区或街道办事处）",
)
#: For whom somebody speaks who verifies.
SPEAKS_FOR = {
    Tier.ORGANIZATION: role_at("organization manager", HourEntry.organization_id)
    | role_at("social worker", HourEntry.organization_id),
    Tier.COMMUNITY: its_community | role_at("social worker", HourEntry.community_id),
    Tier.STREET: its_street | role_at("social worker", HourEntry.street_id),
}


def _second(tier: Tier) -> Who:
    return SPEAKS_FOR[tier] & ~state_in(HourEntry.first_verified_for, tier)


#: Somebody else, who speaks for another organization than the first.
verifies_second = (_second(Tier.ORGANIZATION) | _second(Tier.COMMUNITY) | _second(Tier.STREET)) & ~is_actor(
    HourEntry.first_verified_by_id
)
awaits_second = state_in(HourEntry.state, HourState.PENDING_SECOND)

# -- cases ------------------------------------------------------------------------------------------------------------

whose_case_it_is = via(HourCase.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)
has_a_stake_in_the_case = has_a_stake(HourCase.volunteer_id)
first_instance = state_in(HourCase.instance, Instance.FIRST)
had_a_part = (
    is_actor(HourCase.opened_by_id)
    | via(HourCase.hour_entry_id, HourEntry, is_actor(HourEntry.logged_by_id) | is_actor(HourEntry.decided_by_id))
    | via(HourCase.first_id, HourCase, is_actor(HourCase.decided_by_id))
)
judges = (
    signed_in
    & (
        ((leads(HourCase) | role_at("community officer", HourCase.community_id)) & first_instance)
        | (role_at("street officer", HourCase.street_id) & ~first_instance)
    )
    & ~has_a_stake_in_the_case
    & ~had_a_part
).called(
    "whoever leads the service or the community, and the street office the second time, if they had no part in it and "
    "are no relative",
    "服务负责人或社区（复审为街道办事处），且此前未经手该时长、亦非亲属的人员",
)

reviews_the_place = role_at("community officer", Shift.community_id) | role_at("street officer", Shift.street_id)

oversees = its_community | its_street | role("auditor")

RULES = Rules(
    "hours",
    log_hours=signed_in & (who_served | runs(HourEntry)),
    log_shift_hours=signed_in & runs(Shift),
    verify_shift_hours=(signed_in & (leads(Shift) | reviews_the_place)).called(
        "whoever may verify hours of the shift", "可核实该班次时长的人员"
    ),
    verify_hours=(
        signed_in
        & ((verifies_the_day & ~awaits_second) | (verifies_second & awaits_second))
        & ~has_a_stake_in_it
        & ~who_logged_it
    ).called(
        "whoever leads the service, the community or the street office, by how much was given on the day and by whom "
        "it was verified first, if neither they nor a relative served and they did not log it",
        "服务负责人、社区或街道办事处（依当日时长及首次核实人而定；本人或亲属参加服务、本人登记的除外）",
    ),
    finalize_hours=the_clock(HourEntry.notice_until, "when the public notice ends", "公示期满时"),
    return_hours=decides,
    resubmit_hours=signed_in & who_logged_it,
    reject_hours=decides,
    adjust_hours=decides,
    void_hours=signed_in & (leads(HourEntry) | its_street) & ~has_a_stake_in_it,
    suspect_hours=signed_in & (role("auditor") | its_street) & ~has_a_stake_in_it,
    clear_suspicion=signed_in & its_street & ~has_a_stake_in_it,
    propose_adjustment=(signed_in & leads(HourCase) & ~has_a_stake_in_the_case).called(*decides.says),
    accept_adjustment=whose_case_it_is,
    contest_adjustment=whose_case_it_is,
    escalate_adjustment=the_clock(HourCase.answer_due, "when nobody has answered in time", "逾期未回应时"),
    open_hour_case=whose_case_it_is,
    miss_case=role("clock").called("the clock, after the last day to decide it", "时钟（审核期限届满后）"),
    uphold_hours=judges,
    correct_hours=judges,
    declare_kinship=is_actor(Kinship.person_id).called("whoever has signed in, for themselves", "已登录用户本人"),
    end_kinship=whose_kinship_it_is,
    announce_audit=role_at("street officer", AuditDraw.street_id),
    draw_audit=role_at("street officer", AuditDraw.street_id),
    see_hour_entry=for_whom_it_is | runs(HourEntry) | oversees,
    see_hour_case=whose_case_it_is
    | runs(HourCase)
    | role_at("community officer", HourCase.community_id)
    | role_at("street officer", HourCase.street_id)
    | role("auditor"),
    see_kinship=whose_kinship_it_is | role("auditor"),
    see_audit_draw=anyone,
    see_audit_item=anyone,
    see_hour_anomaly=(role("community officer") | role("street officer") | role("auditor")).called(
        "an officer of the community or the street, or an auditor: of what they oversee",
        "社区、街道工作人员或审计人员（各限其监督范围）",
    ),
    see_hour_total=anyone,
)
