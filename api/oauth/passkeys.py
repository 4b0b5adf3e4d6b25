"""Is this what our challenge was answered with? Passkeys (WebAuthn 3), as the library `webauthn` reads them.

A passkey must verify its user, so it is two factors in one: what somebody has, and what they know or are. A challenge
is kept in the database for minutes and is over with the first answer, whatever it is. The library takes 5 MB, so pages
load this module only when a browser asks for it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    generate_challenge,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.oauth.known import SignedIn
from api.oauth.passkey_party import HOUSE, Party, WrongAnswer
from domain.accounts import authenticators, ceremonies
from domain.accounts.ceremonies import Ceremony
from domain.postgres import Run

VERIFIED = UserVerificationRequirement.REQUIRED


def amr(synced: bool) -> list[str]:
    """RFC 8176: a key in hardware, or one that may be copied; its user was there; and that is more than one factor."""
    return ["swk" if synced else "hwk", "user", "mfa"]


async def ask_for_new(run: Run, party: Party, secret: str, person: SignedIn, now: datetime) -> str:
    """What the browser needs to make a passkey for this person: JSON."""
    challenge = generate_challenge()
    await _begin(run, Ceremony.NEW_PASSKEY, secret, challenge, now, person.id)
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=HOUSE,
        user_id=person.id.bytes,
        user_name=person.email or person.phone or person.name,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=known["credential"])
            for known in await authenticators.passkeys(run, person.id)
        ],
    )
    return options_to_json(options)


async def new(
    run: Run, party: Party | None, secret: str, person: SignedIn, answer: str, now: datetime
) -> dict[str, Any]:
    """The passkey that was made, as `add_passkey` takes it. Raises WrongAnswer."""
    if party is None:
        raise WrongAnswer
    challenge = await _end(run, Ceremony.NEW_PASSKEY, secret, now, person.id)
    try:
        credential = parse_registration_credential_json(answer)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as wrong:  # parsers of CBOR and of keys raise whatever they like for hostile bytes
        raise WrongAnswer from wrong
    return {
        "credential": made.credential_id,
        "public_key": made.credential_public_key,
        "sign_count": made.sign_count,
        "synced": made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        "transports": [transport.value for transport in credential.response.transports or ()],
    }


async def ask(run: Run, party: Party, secret: str, now: datetime) -> str:
    """What the browser needs to let somebody choose a passkey and sign with it: JSON. It names nobody's."""
    challenge = generate_challenge()
    await _begin(run, Ceremony.PASSKEY, secret, challenge, now)
    return options_to_json(
        generate_authentication_options(rp_id=party.id, challenge=challenge, user_verification=VERIFIED)
    )


async def shown(run: Run, party: Party | None, secret: str, answer: str, now: datetime) -> tuple[UUID, list[str]]:
    """Whose passkey signed, and what that says of how they signed in (amr). Raises WrongAnswer."""
    if party is None:
        raise WrongAnswer
    challenge = await _end(run, Ceremony.PASSKEY, secret, now)
    try:
        credential = parse_authentication_credential_json(answer)
        known = (await run(authenticators.PASSKEY, (credential.raw_id,)))[0]
        signed = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known["public_key"],
            credential_current_sign_count=known["sign_count"],
            require_user_verification=True,
        )
    except Exception as wrong:
        raise WrongAnswer from wrong
    person: UUID = known["person_id"]
    if credential.response.user_handle != person.bytes:  # WebAuthn 3, 7.2, 6: it names its owner
        raise WrongAnswer
    if not await authenticators.count(run, known["id"], signed.new_sign_count, now):
        raise WrongAnswer
    return person, amr(known["synced"])


async def _begin(
    run: Run, ceremony: Ceremony, secret: str, challenge: bytes, now: datetime, person: UUID | None = None
) -> None:
    await ceremonies.begin(run, ceremony, secret, now, person=person, challenge=bytes_to_base64url(challenge))


async def _end(run: Run, ceremony: Ceremony, secret: str, now: datetime, person: UUID | None = None) -> bytes:
    begun = await ceremonies.end(run, ceremony, secret, now)
    if begun is None or begun["person_id"] != person:
        raise WrongAnswer
    return base64url_to_bytes(begun["says"]["challenge"])
