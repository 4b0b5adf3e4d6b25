"""How people come to have accounts, and what happens to these."""

from typing import Any
from uuid import UUID

import pytest

from domain.access import Actor
from domain.accounts import commands
from domain.accounts.actors import actor_for
from domain.accounts.models import Person
from domain.errors import Conflict, Invalid, NotAllowed, NotNow, Refusal
from domain.house import House

OPERATOR = Actor(UUID(int=1), {"operator": frozenset()})


async def register(house: House, **about: Any) -> Person:
    row = (await house.do(Actor(), commands.register_person, **{"name": "李敏", **about})).row
    assert isinstance(row, Person)
    return row


async def test_a_person_is_written_down_as_they_are_usually_written(house: House) -> None:
    person = await register(
        house, name="  李   敏 ", email="Li.Min@EXAMPLE.com", phone="138 0013 8000", locale="zh-cn", display_name="小李"
    )
    assert (person.name, person.display_name) == ("李 敏", "小李")
    assert (person.email, person.phone, person.locale) == ("Li.Min@example.com", "+8613800138000", "zh-CN")


async def test_two_people_never_share_an_address(house: House) -> None:
    await register(house, email="li@example.com", phone="13800138000")
    with pytest.raises(Conflict) as email:
        await register(house, email="LI@example.com")
    with pytest.raises(Conflict) as phone:
        await register(house, phone="+86 138-0013-8000")
    assert (email.value.code, phone.value.code) == ("email_taken", "phone_taken")


@pytest.mark.parametrize(
    ("about", "path"),
    [
        ({}, "email"),
        ({"email": "li"}, "email"),
        ({"email": "li@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "abc"}, "phone"),
        ({"email": "li@example.com", "locale": "not a language"}, "locale"),
        ({"email": "li@example.com", "locale": "语"}, "locale"),
        ({"email": "li@example.com", "name": " "}, "name"),
        ({"email": "li@example.com", "name": "x" * 101}, "name"),
        ({"email": "li@example.com", "name": "a\x00b"}, "name"),
        ({"email": "li@example.com", "display_name": "\u202e"}, "displayName"),
    ],
)
async def test_what_cannot_be_right_is_refused_at_its_field(house: House, about: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as no:
        await register(house, **about)
    assert no.value.path == path
    assert no.value.zh


async def test_a_suspended_person_is_nobody_until_reinstated(house: House) -> None:
    person = await register(house, email="li@example.com")
    now, run = house.clock(), house.lanes.run
    assert await actor_for(run, person.id, now=now)
    await house.do(OPERATOR, commands.suspend_person, person_id=person.id, reason="Lost telephone")
    assert await actor_for(run, person.id, now=now) is None
    with pytest.raises(NotNow):
        await house.do(OPERATOR, commands.suspend_person, person_id=person.id, reason="Again")
    await house.do(OPERATOR, commands.reinstate_person, person_id=person.id, reason="Found it")
    assert await actor_for(run, person.id, now=now)
    deeds = await run("SELECT verb, reason FROM deed WHERE subject_id = $1 ORDER BY id", (person.id,))
    assert [tuple(deed) for deed in deeds][1:] == [
        ("suspend_person", "Lost telephone"),
        ("reinstate_person", "Found it"),
    ]


async def test_nobody_but_an_operator_suspends_and_not_even_they_themselves(house: House) -> None:
    li, wang = await register(house, email="li@example.com"), await register(house, email="wang@example.com")
    with pytest.raises(NotAllowed):
        await house.do(Actor(li.id), commands.suspend_person, person_id=wang.id, reason="")
    with pytest.raises(NotAllowed):
        await house.do(
            Actor(li.id, {"operator": frozenset()}), commands.suspend_person, person_id=li.id, reason="Tired of it"
        )


async def test_what_is_a_persons_own_is_changed_by_nobody_else(house: House) -> None:
    li, wang = await register(house, email="li@example.com"), await register(house, email="wang@example.com")
    own: list[tuple[Any, dict[str, Any]]] = [
        (commands.amend_person, {"locale": "en"}),
        (commands.change_password, {"password": "hash"}),
    ]
    for command, input in own:
        for other in (Actor(wang.id), OPERATOR, Actor()):
            with pytest.raises(Refusal) as no:
                await house.do(other, command, person_id=li.id, **input)
            assert no.value.kind in {"NOT_ALLOWED", "NOT_FOUND"}
        await house.do(Actor(li.id), command, person_id=li.id, **input)
