"""Who may write, decide and read the ledger of service time."""

from domain.access import Rules, anyone, is_actor, role, role_at, via
from domain.accounts.access import signed_in
from domain.hours.models import HourEntry
from domain.programmes.leading import leads, runs
from domain.volunteers.access import oneself_or_guardian, the_volunteer
from domain.volunteers.models import Volunteer

who_served = via(HourEntry.volunteer_id, Volunteer, the_volunteer).called("the volunteer", "志愿者本人")
for_whom_it_is = via(HourEntry.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)
who_logged_it = is_actor(HourEntry.logged_by_id).called("the one who logged it", "登记人本人")
its_street = role_at("street officer", HourEntry.street_id)
its_community = role_at("community officer", HourEntry.community_id)

#: Nobody decides about their own service, and an application on its own behalf decides about nobody's.
decides = (signed_in & leads(HourEntry) & ~who_served).called(
    "whoever leads the service, if they did not serve themselves", "服务负责人（本人参加服务的除外）"
)

RULES = Rules(
    "hours",
    log_hours=signed_in & (who_served | runs(HourEntry)),
    verify_hours=(decides & ~who_logged_it).called(
        "whoever leads the service, if they neither served nor logged it themselves",
        "服务负责人（本人参加服务或本人登记的除外）",
    ),
    reject_hours=decides,
    adjust_hours=decides,
    void_hours=signed_in & (leads(HourEntry) | its_street) & ~who_served,
    see_hour_entry=for_whom_it_is | runs(HourEntry) | its_community | its_street | role("auditor"),
    see_hour_total=anyone,
)
