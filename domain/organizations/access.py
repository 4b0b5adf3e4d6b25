"""Who may do what with social organizations and their staff?"""

from domain.access import Rules, is_actor, role_at, state_in
from domain.organizations.models import Organization, Staff
from domain.organizations.states import OrganizationState

its_street = role_at("street officer", Organization.street_id)
its_people = role_at("organization manager", Organization.id) | role_at("organization staff", Organization.id)
manager = role_at("organization manager", Staff.organization_id)
street = role_at("street officer", Staff.street_id)
once_confirmed = (~state_in(Organization.state, OrganizationState.PENDING)).called(
    "anyone, once its papers are confirmed", "任何人（核实后）"
)
oneself = is_actor(Staff.person_id).called("the person", "本人")

RULES = Rules(
    "organizations",
    register_organization=its_street,
    confirm_organization=its_street,
    suspend_organization=its_street,
    reinstate_organization=its_street,
    deregister_organization=its_street,
    rename_organization=its_street | role_at("organization manager", Organization.id),
    appoint_manager=street | manager,
    add_staff=manager,
    remove_staff=manager | street | oneself,
    see_organization=once_confirmed | its_street | its_people,
    see_staff=oneself | manager | role_at("organization staff", Staff.organization_id) | street,
)
