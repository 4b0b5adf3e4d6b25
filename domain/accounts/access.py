"""Who may do what with accounts, and above all: who may give which role to whom."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import false, true

from domain.access import ROLES, Rules, Says, Who, anyone, is_actor, role, role_at, state_in, via
from domain.accounts.models import Consent, LinkedSubject, Person, RoleGrant, RoleName
from domain.accounts.rights_requests import RightsRequest
from domain.communities.models import Community
from domain.organizations.models import Organization
from domain.ways import Ground, only

SIGNED_IN = Says("anyone who has signed in", "已登录用户")
IN_PERSON = Says("in person, not through an application", "本人在账号页面（非通过应用）")

signed_in = Who(
    SIGNED_IN,
    lambda actor, *_: actor.person_id is not None,
    lambda viewer, *_: true() if viewer.person_id is not None else false(),
    only(Ground(*SIGNED_IN)),
)
#: Tokens have scopes; the pages, where somebody shows who they are, have none.
in_person = Who(
    IN_PERSON,
    lambda actor, *_: actor.scopes is None,
    lambda viewer, *_: true() if viewer.scopes is None else false(),
    only(Ground(*IN_PERSON)),
)

STREET, COMMUNITY, ORGANIZATION = RoleGrant.street_id, RoleGrant.community_id, RoleGrant.organization_id


@dataclass(frozen=True)
class Granting:
    """Where a role may be held (nowhere in particular, if no column is named) and who may give it."""

    places: tuple[Any, ...]
    by: Who


oneself = is_actor(RoleGrant.person_id).called("the person", "本人")
its_manager = role_at("organization manager", ORGANIZATION)
its_street = (
    role_at("street officer", STREET)
    | via(COMMUNITY, Community, role_at("street officer", Community.street_id))
    | via(ORGANIZATION, Organization, role_at("street officer", Organization.street_id))
).called("a street officer of the place's street", "所在街道的街道办事处工作人员")

#: Every role, read as: it is held there and given by them. Nobody gives a role by holding it, unless it says so here.
GRANTS: dict[RoleName, Granting] = {
    RoleName.OPERATOR: Granting((), role("operator")),
    RoleName.AUDITOR: Granting((), role("operator")),
    RoleName.STREET_OFFICER: Granting((STREET,), role("operator")),
    RoleName.COMMUNITY_OFFICER: Granting((COMMUNITY,), its_street),
    RoleName.SOCIAL_WORKER: Granting((STREET, COMMUNITY, ORGANIZATION), its_street),
    RoleName.ORGANIZATION_MANAGER: Granting((ORGANIZATION,), its_street | its_manager),
    RoleName.ORGANIZATION_STAFF: Granting((ORGANIZATION,), its_manager),
    RoleName.VOLUNTEER: Granting((), oneself),
    RoleName.GUARDIAN: Granting((), oneself),
}


def spaced(name: RoleName) -> str:
    """The role as `domain.access` calls it."""
    return name.value.replace("_", " ")


def granters() -> Who:
    """The whole table as one rule."""
    arms = (state_in(RoleGrant.role, name) & granting.by for name, granting in GRANTS.items())
    return reduce(or_, arms).called("whoever may give the role", "有权授予该角色者")


def grants_table() -> str:
    """The table of roles, for the room's README."""
    rows = (
        f"| {spaced(name)} | {ROLES[spaced(name)]} | {granting.by.says.en} | {granting.by.says.zh} |"
        for name, granting in GRANTS.items()
    )
    return "\n".join(["| role | 角色 | given by | 由谁授予 |", "| --- | --- | --- | --- |", *rows])


who_asks = is_actor(RightsRequest.person_id).called("the person who asks", "请求人本人")
#: An application decides in nobody's name, and nobody about what they asked themselves.
answers = (signed_in & role("operator") & ~who_asks).called(
    "an operator, if they did not ask themselves", "系统运维（本人提出的请求除外）"
)
see_rights_request = (who_asks | role("operator")).called("the person who asks or an operator", "请求人本人或系统运维")

RULES = Rules(
    "accounts",
    scopes={"see_corrected_values": "volunteers.private:read"},
    register_person=anyone,
    withdraw_account_consent=anyone.called(
        "the guardian who consented, by a code to their address", "曾表示同意的监护人（凭发至其地址的验证码）"
    ),
    change_password=is_actor(Person.id),
    reset_password=is_actor(Person.id),
    change_email=is_actor(Person.id),
    change_phone=is_actor(Person.id),
    enable_totp=is_actor(Person.id),
    disable_totp=is_actor(Person.id),
    renew_recovery_codes=is_actor(Person.id),
    add_passkey=is_actor(Person.id),
    remove_passkey=is_actor(Person.id),
    open_calendar_feed=is_actor(Person.id) & in_person,
    close_calendar_feed=is_actor(Person.id) & in_person,
    reset_factors=role("operator") & ~is_actor(Person.id),
    suspend_person=role("operator") & ~is_actor(Person.id),
    reinstate_person=role("operator"),
    amend_person=is_actor(Person.id),
    erase_person=(is_actor(Person.id) & in_person) | (role("operator") & ~is_actor(Person.id)),
    find_person=signed_in,
    grant_role=granters(),
    revoke_role=granters() | oneself,
    give_consent=is_actor(Consent.person_id),
    withdraw_consent=is_actor(Consent.person_id),
    issue_initial_token=role("operator"),
    use_initial_token=anyone.called("whoever holds it", "持有者"),
    revoke_initial_token=role("operator"),
    register_client=role("operator"),
    amend_client=role("operator"),
    rotate_secret=role("operator"),
    revoke_client=role("operator"),
    trust_issuer=role("operator"),
    amend_issuer=role("operator"),
    distrust_issuer=role("operator"),
    link_subject=is_actor(LinkedSubject.person_id),
    unlink_subject=is_actor(LinkedSubject.person_id),
    file_rights_request=who_asks,
    check_identity=answers,
    take_up_rights_request=answers,
    fulfil_rights_request=answers,
    partly_fulfil_rights_request=answers,
    refuse_rights_request=answers,
    withdraw_rights_request=who_asks,
    see_person=signed_in | role("operator"),
    see_private=is_actor(Person.id) | role("operator"),
    see_role_grant=oneself | granters(),
    see_consent=is_actor(Consent.person_id),
    see_client=anyone,
    see_issuer=anyone,
    see_linked_subject=is_actor(LinkedSubject.person_id),
    see_rights_request=see_rights_request,
    see_corrected_values=see_rights_request,
)
