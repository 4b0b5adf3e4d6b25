"""What people do with accounts: sign up, hold and give roles, allow applications to act for them, and take it back."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from domain.access import ROLES
from domain.accounts.access import COMMUNITY, GRANTS, ORGANIZATION, RULES, STREET, spaced
from domain.accounts.addresses import COLUMN, email_address, language, masked, phone_number
from domain.accounts.credentials import end_access
from domain.accounts.guarded import CONSENTED, OWN_CONSENT, put_in_care
from domain.accounts.introductions import shown_by
from domain.accounts.models import Client, Consent, Person, RoleGrant, RoleName
from domain.accounts.proofs import Purpose, code_over, use_up
from domain.columns import ABSENT, Given, Row, minute_of
from domain.communities.models import Community, StreetOffice
from domain.errors import Conflict, Invalid, NotFound, NotNow
from domain.letters import Channel, Kind, letter
from domain.organizations.models import Organization
from domain.wording import line
from domain.work import Work

PLACES: tuple[tuple[Any, type[Row]], ...] = (
    (STREET, StreetOffice),
    (COMMUNITY, Community),
    (ORGANIZATION, Organization),
)


# -- people -----------------------------------------------------------------------------------------------------------


async def register_person(
    work: Work,
    *,
    name: Annotated[str, "The person's name."],
    email: Annotated[str | None, "An e-mail address to sign in with."] = None,
    phone: Annotated[str | None, "A telephone number to sign in with; without a country it is Chinese."] = None,
    password: Annotated[str | None, "The hash made by `passwords.hashed`."] = None,
    display_name: Annotated[str | None, "The name others see; the same, if none is given."] = None,
    locale: Annotated[str, "The language the person reads, BCP 47."] = "zh-Hans",
    proof: Annotated[UUID | None, "The proof of the address; without one, whoever calls answers for it."] = None,
    guardian: Annotated[
        tuple[UUID, date] | None, "For somebody under 14: proof of a guardian's, and birth date."
    ] = None,
) -> Person:
    """Open an account, with an e-mail address or a telephone number that is known to be theirs.

    Whoever signs up without a guardian says by that that they are 14 or older; the deed tells by which law.
    """
    if not (email or phone):
        raise Invalid(
            "no_address", "Give an e-mail address or a telephone number.", "请填写邮箱或手机号。", path="email"
        )
    name = line(name, "name")
    person = Person.new(
        name=name,
        display_name=line(display_name, "displayName") if display_name else name,
        email=email_address(email) if email else None,
        email_verified_at=work.now if email else None,
        phone=phone_number(phone) if phone else None,
        phone_verified_at=work.now if phone else None,
        password=password,
        locale=language(locale),
        registered_at=work.now,
    )
    work.ask(RULES, "register_person", person, reason=CONSENTED if guardian else None)
    if proof:
        work.rule(OWN_CONSENT)
        await use_up(work, proof, Purpose.CHILD if guardian else Purpose.SIGN_UP)
    if guardian:
        await put_in_care(work, person, *guardian)
    return work.insert(person)


async def change_password(
    work: Work, *, person_id: UUID, password: Annotated[str, "The hash made by `passwords.hashed`."]
) -> Person:
    """Set a new password. All sessions and tokens end, for whoever knew the old one may hold them."""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "change_password", person)
    end_access(work, "password_changed", person=person.id)
    tell(work, person, Kind.PASSWORD_CHANGED)
    return work.change(person, password=password)


async def reset_password(
    work: Work,
    *,
    person_id: UUID,
    proof: Annotated[UUID, "The proof of one of the person's addresses."],
    password: Annotated[str, "The hash made by `passwords.hashed`."],
) -> Person:
    """Set a new password instead of one that is forgotten. All sessions and tokens end."""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "reset_password", person)
    proven = await use_up(work, proof, Purpose.RESET)
    held: str | None = getattr(person, COLUMN[proven.channel])
    if not held or held.lower() != proven.address.lower():
        raise code_over()
    end_access(work, "password_reset", person=person.id)
    tell(work, person, Kind.PASSWORD_CHANGED)
    return work.change(person, password=password, **{f"{COLUMN[proven.channel]}_verified_at": work.now})


async def change_email(
    work: Work, *, person_id: UUID, proof: Annotated[UUID, "The proof of the new address."]
) -> Person:
    """Sign in with another e-mail address from now on. The one before is told."""
    return await _change_address(work, "change_email", Channel.EMAIL, person_id, proof)


async def change_phone(
    work: Work, *, person_id: UUID, proof: Annotated[UUID, "The proof of the new number."]
) -> Person:
    """Sign in with another telephone number from now on. The one before is told."""
    return await _change_address(work, "change_phone", Channel.SMS, person_id, proof)


async def _change_address(work: Work, verb: str, channel: Channel, person_id: UUID, proof: UUID) -> Person:
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, verb, person)
    proven = await use_up(work, proof, Purpose.CHANGE)
    if proven.person_id != person.id or proven.channel is not channel:
        raise code_over()
    if proven.address not in {person.email, person.phone}:
        tell(work, person, Kind.ADDRESS_CHANGED, new=masked(proven.address))
    column = COLUMN[channel]
    return work.change(person, **{column: proven.address, f"{column}_verified_at": work.now})


def tell(work: Work, person: Person, kind: Kind, **says: Any) -> None:
    """Write to the person wherever they can be reached: whoever is in their account may hold one of these addresses."""
    at = minute_of(work.now)
    for channel, column in COLUMN.items():
        if address := getattr(person, column):
            sql, values = letter(kind, channel, address, person.locale, work.now, at=at, **says)
            work.also(sql, *values)


async def amend_person(
    work: Work,
    *,
    person_id: UUID,
    name: Annotated[Given[str], "The person's name."] = ABSENT,
    display_name: Annotated[Given[str], "The name others see."] = ABSENT,
    locale: Annotated[Given[str], "The language the person reads, BCP 47."] = ABSENT,
) -> Person:
    """Correct what is known about oneself; what is left out stays. 更正账号信息"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "amend_person", person)
    if name is not ABSENT:
        work.change(person, name=line(name, "name"))
    if display_name is not ABSENT:
        work.change(person, display_name=line(display_name, "displayName"))
    if locale is not ABSENT:
        work.change(person, locale=language(locale))
    return person


async def suspend_person(work: Work, *, person_id: UUID, reason: Annotated[str, "Why; kept with the deed."]) -> Person:
    """Close an account for now. All access ends at once. 停用账号"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "suspend_person", person, reason=reason)
    end_access(work, "suspended", person=person.id)
    return work.move(person, "suspend_person")


async def reinstate_person(
    work: Work, *, person_id: UUID, reason: Annotated[str, "Why; kept with the deed."]
) -> Person:
    """Open a suspended account again. The person signs in anew. 恢复账号"""
    person = await work.get(Person, person_id, lock=True)
    work.ask(RULES, "reinstate_person", person, reason=reason)
    return work.move(person, "reinstate_person")


async def find_person(
    work: Work, *, code: Annotated[str, "The code that the person shows, from their account page."]
) -> Person:
    """Find the person who shows a code, to give them a role. 按出示的代码查找人员"""
    person = await introduced(work, code)
    work.ask(RULES, "find_person", person)
    return person


async def introduced(work: Work, code: str) -> Person:
    """The person who shows the code."""
    id = await shown_by(work.run, code, work.now)
    if id is None:
        raise NotFound(
            "no_such_code",
            "Nobody shows this code, or its time is over.",
            "没有人出示此代码，或代码已过期。",
            path="code",
            remedy=("Let the person show another.", "请对方重新显示代码。"),
        )
    return await work.get(Person, id)


# -- roles ------------------------------------------------------------------------------------------------------------

OVERLAPPING = select(RoleGrant).where(
    RoleGrant.__table__.c.person_id == bindparam("person"),  # type: ignore[attr-defined]
    RoleGrant.__table__.c.role == bindparam("role"),  # type: ignore[attr-defined]
    or_(RoleGrant.__table__.c.until.is_(None), RoleGrant.__table__.c.until > bindparam("since")),  # type: ignore[attr-defined]
)


async def grant_role(
    work: Work,
    *,
    person_id: UUID,
    role: Annotated[RoleName, "The role."],
    street_id: Annotated[UUID | None, StreetOffice, "The street office in whose area it is held."] = None,
    community_id: Annotated[UUID | None, Community, "The community it is held in."] = None,
    organization_id: Annotated[UUID | None, Organization, "The organization it is held in."] = None,
    since: Annotated[date | None, "The first day it is held; today, if none is given."] = None,
    until: Annotated[date | None, "The first day it is no longer held; open, if none is given."] = None,
) -> RoleGrant:
    """Give a person a role, in one place or in none, as the table of roles has it. 授予角色"""
    person = await work.get(Person, person_id, lock=True)
    grant = RoleGrant.new(
        person_id=person.id,
        role=role,
        street_id=street_id,
        community_id=community_id,
        organization_id=organization_id,
        since=since or work.today,
        until=until,
    )
    place = await _place(work, grant)
    work.ask(RULES, "grant_role", grant, person, *place)
    return await _give(work, grant)


async def give_along(
    work: Work, *, person_id: UUID, role: RoleName, since: date | None = None, until: date | None = None, **place: UUID
) -> RoleGrant:
    """What follows when somebody is appointed to what a role comes with. `place`: its column and id."""
    person = await work.get(Person, person_id, lock=True)
    grant = RoleGrant.new(person_id=person.id, role=role, since=since or work.today, until=until, **place)
    work.follow("grant_role", grant, person)
    return await _give(work, grant)


async def _give(work: Work, grant: RoleGrant) -> RoleGrant:
    if grant.since < work.today or (grant.until and grant.until <= grant.since):
        raise Invalid(
            "wrong_dates",
            "A role begins today or later and ends after it.",
            "角色须自今日或以后起，且止于其后。",
            path="since",
        )
    for held in await work.all(RoleGrant, OVERLAPPING, person=grant.person_id, role=grant.role, since=grant.since):
        if held.place_id == grant.place_id and (grant.until is None or held.since < grant.until):
            raise Conflict("held_already", "The person holds this role already.", "此人已担任该角色。", path="role")
    return work.insert(grant)


async def _place(work: Work, grant: RoleGrant) -> list[Row]:
    """The one place the role is held in, if it is held in one; a role in the wrong kind of place is refused."""
    named = [(column, model) for column, model in PLACES if getattr(grant, column.key)]
    allowed = GRANTS[grant.role].places
    if [column for column, _ in named] not in ([[column] for column in allowed] or [[]]):
        kinds = " or ".join(column.key.removesuffix("_id") for column in allowed)
        raise Invalid(
            "wrong_place",
            f"The role {spaced(grant.role)} is held in exactly one {kinds}."
            if kinds
            else f"The role {spaced(grant.role)} is held in no place.",
            f"角色“{ROLES[spaced(grant.role)]}”所属的地点不正确。",
            path="role",
        )
    return [await work.get(model, getattr(grant, column.key)) for column, model in named]


async def revoke_role(
    work: Work,
    *,
    role_grant_id: UUID,
    reason: Annotated[str | None, "Why; kept with the deed."] = None,
) -> RoleGrant:
    """Take a role back, from today on. Whoever holds it may also give it up. 撤销角色"""
    grant = await work.get(RoleGrant, role_grant_id, lock=True)
    places = [await work.get(model, id) for column, model in PLACES if (id := getattr(grant, column.key))]
    work.ask(RULES, "revoke_role", grant, *places, reason=reason)
    if grant.until and grant.until <= work.today:
        raise NotNow("ended", "This role has ended already.", "该角色已终止。")
    return work.change(grant, until=max(grant.since, work.today))


# -- consents ---------------------------------------------------------------------------------------------------------

LIVE_CONSENT = select(Consent).where(
    Consent.__table__.c.person_id == bindparam("person"),  # type: ignore[attr-defined]
    Consent.__table__.c.client_id == bindparam("client"),  # type: ignore[attr-defined]
    Consent.__table__.c.withdrawn_at.is_(None),  # type: ignore[attr-defined]
)


async def give_consent(work: Work, *, client_id: UUID, scopes: Annotated[list[str], "What it may do."]) -> Consent:
    """Allow an application to act for oneself within these scopes, besides what was allowed before."""
    client = await work.get(Client, client_id)
    consent = await work.first(Consent, LIVE_CONSENT, person=work.actor.id, client=client.id)
    if consent is None:
        consent = Consent.new(person_id=work.actor.id, client_id=client.id, scopes=sorted(scopes), given_at=work.now)
        work.ask(RULES, "give_consent", consent)
        return work.insert(consent)
    work.ask(RULES, "give_consent", consent)
    return work.change(consent, scopes=sorted({*consent.scopes, *scopes}), given_at=work.now)


async def withdraw_consent(work: Work, *, consent_id: UUID) -> Consent:
    """Forbid an application to act for oneself any longer. Its tokens end at once. 撤回授权"""
    consent = await work.get(Consent, consent_id, lock=True)
    work.ask(RULES, "withdraw_consent", consent)
    if consent.withdrawn_at:
        raise NotNow("withdrawn", "This consent was withdrawn already.", "该授权已撤回。")
    end_access(work, "consent_withdrawn", person=consent.person_id, client=consent.client_id)
    return work.change(consent, withdrawn_at=work.now)
