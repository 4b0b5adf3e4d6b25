"""Who somebody is, is seen once by somebody else; the number is read by nobody, and one document is one volunteer's."""

import asyncio
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.ric import calc_check_digit

from api.engine.run import Engine
from api.schema import schema
from domain.access import Actor
from domain.accounts.copies import write_copy
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.columns import typed
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from domain.house import House
from domain.postgres import Lanes
from domain.sealing import Seal
from domain.volunteers.commands import (
    expire_identity,
    give_guardian_consent,
    name_guardian,
    refuse_identity,
    register_volunteer,
    show_identity,
    verify_identity,
    withdraw_identity,
)
from domain.volunteers.documents import document_number
from domain.volunteers.models import DocumentType, IdentityDocument
from domain.volunteers.states import CLAIMED, EXPIRED, REFUSED, VERIFIED, WITHDRAWN
from tests.acting import ask
from tests.conftest import NOON, Clock
from tests.programmes.neighbourhood import ADULT, Neighbourhood

TODAY = NOON.date()
SIXTEEN = TODAY.replace(year=TODAY.year - 16)
CARD, PASSPORT = DocumentType.RESIDENT_CARD, DocumentType.PASSPORT


def card(place: str = "110105", born: date = ADULT, order: str = "123") -> str:
    body = f"{place}{born:%Y%m%d}{order}"
    return body + calc_check_digit(f"{body}0")


async def show(here: Neighbourhood, somebody: Actor, number: str = "", **about: Any) -> IdentityDocument:
    told: dict[str, Any] = {"document_type": CARD, "document_number": number or card(), **about}
    volunteer = await here.volunteer_of(somebody)
    document: IdentityDocument = await here.do(somebody, show_identity, volunteer_id=volunteer.id, **told)
    return document


async def verify(here: Neighbourhood, document: IdentityDocument, number: str = "", who: Actor | None = None) -> Any:
    told: dict[str, Any] = {"identity_document_id": document.id, "document_number": number or card()}
    return await here.do(who or here.worker, verify_identity, **told)


# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document_type", "number"),
    [
        (CARD, card()),
        (DocumentType.RESIDENCE_PERMIT, card("810000")),
        (DocumentType.RESIDENCE_PERMIT, card("830000")),
        (DocumentType.PERMANENT_RESIDENCE, card("911124")),
        (DocumentType.PERMANENT_RESIDENCE, "DEU110090022801"),
        (DocumentType.TRAVEL_PERMIT, "H12345678"),
        (DocumentType.TRAVEL_PERMIT, "M1234567801"),
        (DocumentType.TRAVEL_PERMIT, "01234567"),
        (PASSPORT, "C01X00T47"),
    ],
)
def test_numbers_of_each_document_are_read_however_they_are_typed(document_type: DocumentType, number: str) -> None:
    blanks = f" {number[:4].lower()} {number[4:]} "
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert {document_number(document_type, typed, ADULT) for typed in (number, blanks, wide)} == {number}


@given(at=st.integers(0, 16), digit=st.integers(1, 9))
def test_a_slip_of_the_pen_in_a_card_is_found(at: int, digit: int) -> None:
    right = card()
    wrong = right[:at] + str((int(right[at]) + digit) % 10) + right[at + 1 :]
    with pytest.raises(Invalid):
        document_number(CARD, wrong, ADULT)


@given(typed=st.text(max_size=30), document_type=st.sampled_from(DocumentType))
def test_whatever_is_typed_is_a_number_or_refused(typed: str, document_type: DocumentType) -> None:
    try:
        number = document_number(document_type, typed, ADULT)
    except Invalid:
        return
    assert number.isascii()
    assert number.isalnum()


# -- showing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "path", "code"),
    [
        ({"document_number": "110105199002281235"}, "documentNumber", "wrong_identity_number"),
        ({"document_number": card(born=ADULT + timedelta(1))}, "documentNumber", "identity_birth_date"),
        ({"document_number": card("810000")}, "documentNumber", "wrong_identity_number"),
        ({"country": "CN"}, "country", "country_of_passports"),
        ({"expires_on": TODAY - timedelta(1)}, "expiresOn", "document_expired"),
        ({"document_type": PASSPORT, "document_number": "C01X00T47"}, "country", "country_of_passports"),
        (
            {"document_type": PASSPORT, "document_number": "C01X00T47", "country": "XX", "expires_on": TODAY},
            "country",
            "wrong_country",
        ),
        ({"document_type": PASSPORT, "document_number": "C01X00T47", "country": "DE"}, "expiresOn", "expiry_needed"),
    ],
)
async def test_what_is_wrong_with_a_document_is_named(
    here: Neighbourhood, about: dict[str, Any], path: str, code: str
) -> None:
    somebody = await here.volunteer()
    with pytest.raises(Invalid) as no:
        await show(here, somebody, **about)
    assert (no.value.path, no.value.code) == (path, code)
    assert await here.all(IdentityDocument) == []


async def test_a_passport_holder_registers_shows_it_and_is_verified(here: Neighbourhood) -> None:
    anna = await here.person("Anna")
    await here.do(anna, register_volunteer, legal_name="Anna Schmidt", birth_date=ADULT, nationality="DE")
    told: dict[str, Any] = {"document_type": PASSPORT, "country": "de", "expires_on": TODAY}
    document = await show(here, anna, "c01x00t47", **told)
    assert (document.state, document.country, document.tail) == (CLAIMED, "DE", "0T47")
    seen = await verify(here, document, "C01X 00T47")
    assert (seen.state, seen.verified_by_id, seen.verified_at) == (VERIFIED, here.worker.id, here.house.clock())


async def test_a_guardian_shows_the_document_of_a_minor_and_does_not_verify_it(here: Neighbourhood) -> None:
    minor, colleague = await here.volunteer("Xiao", SIXTEEN), here.colleague
    volunteer, number = await here.volunteer_of(minor), card(born=SIXTEEN)
    await here.do(minor, name_guardian, volunteer_id=volunteer.id, guardian_id=colleague.id)
    await here.do(colleague, give_guardian_consent, volunteer_id=volunteer.id)
    told: dict[str, Any] = {"volunteer_id": volunteer.id, "document_type": CARD, "document_number": number}
    document = await here.do(colleague, show_identity, **told)
    with pytest.raises(NotAllowed):
        await verify(here, document, number, colleague)
    assert (await verify(here, document, number)).state == VERIFIED


async def test_one_document_of_a_type_waits_at_a_time(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    first = await show(here, somebody)
    with pytest.raises(Conflict) as no:
        await show(here, somebody, card(order="124"))
    assert no.value.code == "claimed_already"
    assert (await here.do(somebody, withdraw_identity, identity_document_id=first.id)).state == WITHDRAWN
    assert (await show(here, somebody, card(order="124"))).state == CLAIMED


# -- verifying --------------------------------------------------------------------------------------------------------


async def test_nobody_verifies_their_own_document_and_strangers_find_none(here: Neighbourhood) -> None:
    worker = here.worker
    await here.do(worker, register_volunteer, legal_name="Wang", birth_date=ADULT)
    document = await show(here, worker)
    for who, no in ((worker, NotAllowed), (here.stranger, NotFound), (here.manager, NotFound), (Actor(), NotFound)):
        with pytest.raises(no):
            await verify(here, document, who=who)
    assert (await here.now(document)).state == CLAIMED
    assert (await verify(here, document, who=here.colleague)).state == VERIFIED


async def test_who_verifies_types_the_number_and_finds_none_by_trying(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    document = await show(here, somebody)
    for _ in range(5):
        with pytest.raises(Invalid) as no:
            await verify(here, document, card("310101"))
        assert no.value.code == "other_number"
    with pytest.raises(NotNow) as never:
        await verify(here, document)
    assert (never.value.code, never.value.grounds is not None) == ("too_many_numbers", True)
    deeds = await here.house.lanes.run("SELECT count(*) AS n FROM deed WHERE verb = 'mistake_identity'")
    assert deeds[0]["n"] == 5


async def test_a_document_that_is_not_right_is_refused_with_words_for_its_owner(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    document = await show(here, somebody)
    told: dict[str, Any] = {"identity_document_id": document.id, "reason": " The photograph\nis another's. "}
    with pytest.raises(Invalid):
        await here.do(here.worker, refuse_identity, **{**told, "reason": " "})
    refused = await here.do(here.worker, refuse_identity, **told)
    assert (refused.state, refused.reason) == (REFUSED, "The photograph\nis another's.")
    with pytest.raises(NotNow):
        await verify(here, document)
    assert (await show(here, somebody)).state == CLAIMED, "it may be shown again"
    (deed,) = await here.house.lanes.run("SELECT reason FROM deed WHERE verb = 'refuse_identity'")
    assert deed["reason"] is None, "a deed stays for ever, and what it says as well"


async def test_a_second_volunteer_with_the_same_document_is_found_by_who_verifies_and_by_nobody_else(
    here: Neighbourhood, clock: Clock
) -> None:
    """Registering twice with one document (pain 6)."""
    first, second = await here.volunteer("A"), await here.volunteer("B")
    true_one = await show(here, first, expires_on=TODAY)
    await verify(here, true_one)
    copy = await show(here, second)
    assert copy.state == CLAIMED, "whoever types a number learns nothing"
    with pytest.raises(Conflict) as no:
        await verify(here, copy)
    assert (no.value.code, no.value.remedy is not None) == ("identity_taken", True)
    clock.wait(days=2)
    await Alarm(here.house).ring()
    assert (await here.now(true_one)).state == EXPIRED
    with pytest.raises(Conflict):
        await verify(here, copy)
    renewed = await show(here, first)
    assert (await verify(here, renewed)).state == VERIFIED, "a new card has the number of the one before"


async def test_of_two_claims_that_are_verified_at_once_one_is(here: Neighbourhood, database: str, clock: Clock) -> None:
    for n in range(4):
        number = card(order=f"20{n}")
        claims = [await show(here, await here.volunteer(f"{name}{n}"), number) for name in "AB"]
        lanes = await Lanes(database, size=2).open()
        try:
            elsewhere = await House(lanes, clock).open()
            outcomes = await asyncio.gather(
                verify(here, claims[0], number),
                elsewhere.do(
                    here.colleague, verify_identity, identity_document_id=claims[1].id, document_number=number
                ),
                return_exceptions=True,
            )
        finally:
            await lanes.close()
        assert [type(no) for no in outcomes if isinstance(no, Exception)] == [Conflict]
        states = sorted([(await here.now(claim)).state for claim in claims])
        assert states == [CLAIMED, VERIFIED]


# -- time -------------------------------------------------------------------------------------------------------------


async def test_a_document_expires_when_its_last_day_is_over_in_china(here: Neighbourhood, clock: Clock) -> None:
    document = await show(here, await here.volunteer(), expires_on=TODAY)
    await verify(here, document)
    with pytest.raises(NotFound):
        await here.do(here.worker, expire_identity, identity_document_id=document.id)
    due = (await here.now(document)).next_due
    assert due.isoformat() == f"{TODAY}T16:00:00+00:00"
    clock.now = due - timedelta(seconds=1)
    assert await Alarm(here.house).ring() == 0
    clock.now = due
    assert await Alarm(here.house).ring() == 1
    assert (await here.now(document)).state == EXPIRED


async def test_what_expires_before_it_is_looked_at_is_not_verified(here: Neighbourhood, clock: Clock) -> None:
    document = await show(here, await here.volunteer(), expires_on=TODAY)
    clock.wait(days=1)
    with pytest.raises(NotNow) as no:
        await verify(here, document)
    assert no.value.code == "document_expired"


# -- the number is nowhere --------------------------------------------------------------------------------------------


async def test_the_number_is_in_no_table_no_answer_and_no_copy(here: Neighbourhood) -> None:
    engine, somebody = Engine(schema(), here.house), await here.volunteer()
    volunteer, number = await here.volunteer_of(somebody), card()
    told = {"volunteerId": typed("vol", volunteer.id), "documentType": "RESIDENT_CARD", "documentNumber": number}
    do = "mutation ($input: %sInput!) { %s(input: $input) { __typename ... on IdentityDocument { id tail state } } }"
    shown = await ask(engine, somebody, do % ("ShowIdentity", "showIdentity"), input={**told, "idempotencyKey": "show"})
    id = shown["showIdentity"]["id"]
    told = {"identityDocumentId": id, "documentNumber": number, "idempotencyKey": "verify"}
    seen = await ask(engine, here.worker, do % ("VerifyIdentity", "verifyIdentity"), input=told)
    assert seen["verifyIdentity"]["state"] == "VERIFIED"
    (listed,) = await here.house.lanes.run(
        "SELECT array_agg(table_name::text) AS names FROM information_schema.tables WHERE table_schema = 'public'"
    )
    everything = []
    for table in listed["names"]:
        everything += [r["said"] for r in await here.house.lanes.run(f'SELECT t::text AS said FROM "{table}" t')]
    copy = io.BytesIO()
    await write_copy(here.house, somebody.id, copy)  # type: ignore[arg-type]
    with zipfile.ZipFile(copy) as archive:
        everything += [archive.read(name).decode() for name in archive.namelist()]
        (row,) = json.loads(archive.read("identity_document.json"))
    assert row["tail"] == number[-4:]
    everything += [json.dumps([shown, seen])]
    for said in (number, number.encode().hex(), number[:-4]):
        assert not [text for text in everything if said in text]
    (kept,) = await here.all(IdentityDocument)
    assert here.house.seal.open(kept.sealed_number) == number, (
        "whoever has the key can open it: the law wants it recorded"
    )


async def test_a_repeated_request_is_known_again_by_a_digest_that_tells_nothing(here: Neighbourhood) -> None:
    somebody = await here.volunteer()
    volunteer = await here.volunteer_of(somebody)
    told: dict[str, Any] = {"volunteer_id": volunteer.id, "document_type": CARD}
    one = await here.house.do(somebody, show_identity, key="k", document_number=card(), **told)
    again = await here.house.do(somebody, show_identity, key="k", document_number=card(), **told)
    assert (again.repeated, again.row.id) == (True, one.row.id)  # type: ignore[union-attr]
    with pytest.raises(Conflict) as no:
        await here.house.do(somebody, show_identity, key="k", document_number=card(order="124"), **told)
    assert no.value.code == "key_reused"
    other = House(here.house.lanes, here.house.clock)
    await other.open()
    other.seal = Seal(b"the key of another house")
    with pytest.raises(Conflict):
        await other.do(somebody, show_identity, key="k", document_number=card(), **told)


async def test_a_key_that_cannot_be_opened_is_told_and_nothing_else_stops(
    here: Neighbourhood, database: str, clock: Clock
) -> None:
    box = MultiFernet([Fernet(Fernet.generate_key())])
    (kept,) = await here.house.lanes.run("SELECT secret FROM data_key")
    locked = box.encrypt(kept["secret"].encode()).decode()
    await here.house.lanes.run("UPDATE data_key SET secret = $1, encrypted = true", (locked,))
    somebody = await here.volunteer()
    volunteer = await here.volunteer_of(somebody)
    told: dict[str, Any] = {"volunteer_id": volunteer.id, "document_type": CARD, "document_number": card()}
    for wrong in (None, MultiFernet([Fernet(Fernet.generate_key())])):
        house = await House(here.house.lanes, clock, wrong).open()
        with pytest.raises(NotNow) as no:
            await house.do(somebody, show_identity, **told)
        assert no.value.code == "locked_keys"
    house = await House(here.house.lanes, clock, box).open()
    assert house.seal == here.house.seal
    assert (await house.do(somebody, show_identity, **told)).row is not None


async def test_erasure_leaves_no_document_and_no_answer_that_tells_of_it(here: Neighbourhood) -> None:
    engine, somebody = Engine(schema(), here.house), await here.volunteer()
    document = await show(here, somebody)
    told = {"identityDocumentId": typed("idd", document.id), "documentNumber": card(), "idempotencyKey": "verify"}
    do = (
        "mutation ($input: VerifyIdentityInput!) { verifyIdentity(input: $input) { ... on IdentityDocument { tail } } }"
    )
    assert await ask(engine, here.worker, do, input=told) == {"verifyIdentity": {"tail": card()[-4:]}}
    kept = "SELECT FROM answer WHERE body LIKE '%' || $1 || '%'"
    assert await here.house.lanes.run(kept, (document.tail,))
    await here.do(somebody, erase_person, person_id=somebody.id)
    assert await here.all(IdentityDocument) == []
    assert not await here.house.lanes.run(kept, (document.tail,))
