"""Who may do what with social workers and what they supervise, and who sees their certificates?"""

from domain.access import Rules, anyone, is_actor, role, role_at, via
from domain.accounts.access import signed_in
from domain.communities.models import Community
from domain.volunteers.access import oneself_or_guardian
from domain.volunteers.models import Volunteer
from domain.workers.models import SocialWorker, Supervision

agency = role_at("organization manager", SocialWorker.agency_id)
street = role_at("street officer", SocialWorker.street_id)
oneself = is_actor(SocialWorker.person_id).called("the social worker", "社会工作者本人")

its_street = role_at("street officer", Supervision.street_id)
its_agency = role_at("organization manager", Supervision.agency_id)
its_worker = via(Supervision.social_worker_id, SocialWorker, oneself).called("the social worker", "社会工作者本人")
its_volunteer = via(Supervision.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)
of_a_community = via(Supervision.community_id, Community, anyone).called(
    "anyone, where it is of a community", "任何人（社区督导）"
)

RULES = Rules(
    "workers",
    scopes={"see_private": "workers.private:read"},
    register_social_worker=agency | street,
    verify_qualification=signed_in & street & ~oneself,
    release_social_worker=agency | street | oneself,
    assign_supervision=its_street,
    end_supervision=its_street | its_agency | its_worker,
    expire_supervision=role("clock"),
    see_social_worker=anyone,
    see_private=oneself | agency | street,
    see_supervision=of_a_community | its_volunteer | its_worker | its_agency | its_street,
)
