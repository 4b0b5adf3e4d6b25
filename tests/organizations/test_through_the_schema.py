"""A street takes up an organization and its manager takes in staff, all through the schema."""

from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.accounts.models import RoleName
from domain.columns import typed
from domain.house import House
from tests.acting import Somebody, ask, somebody, street
from tests.organizations.test_unified_code import GOOD

SAID = """
  ... on Organization { id state unifiedCode name { text } viewerCan }
  ... on Refusal { kind code path message }
"""


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def do(engine: Engine, person: Somebody, verb: str, show: str = SAID, **given: Any) -> Any:
    """What a mutation answers."""
    kind = f"{verb[0].upper()}{verb[1:]}Input"
    document = f"mutation Do($input: {kind}!) {{ {verb}(input: $input) {{ {show} }} }}"
    return (await ask(engine, person, document, input=given))[verb]


async def test_an_organization_from_its_papers_to_its_staff(house: House, engine: Engine) -> None:
    office = await street(house, 1, "望京")
    wang = await somebody(house, "Wang", RoleName.STREET_OFFICER, street_id=office.id)
    liu, chen = await somebody(house, "Liu"), await somebody(house, "Chen")
    papers: dict[str, Any] = {
        "streetId": typed("str", office.id),
        "name": {"text": "和谐社工事务所"},
        "category": "REGISTERED",
    }

    wrong = await do(engine, wang, "registerOrganization", **papers, unifiedCode=GOOD[:-1] + "0")
    assert (wrong["kind"], wrong["code"], wrong["path"]) == ("INVALID", "wrong_check_digit", "unifiedCode")
    made = await do(engine, wang, "registerOrganization", **papers, unifiedCode=GOOD)
    assert (made["state"], made["viewerCan"]) == ("PENDING", ["confirm_organization", "deregister_organization"])

    hidden = await ask(engine, liu, "query ($id: ID!) { organization(id: $id) { id } }", id=made["id"])
    assert hidden == {"organization": None}
    assert (await do(engine, liu, "confirmOrganization", organizationId=made["id"]))["kind"] == "NOT_FOUND"
    assert (await do(engine, wang, "confirmOrganization", organizationId=made["id"]))["state"] == "ACTIVE"

    post = "... on Staff { id position until organization { name { text } } } ... on Refusal { kind code }"
    post_of: dict[str, Any] = {"organizationId": made["id"], "position": "社工"}
    appointed = await do(engine, wang, "appointManager", post, **post_of, personId=typed("usr", liu.id))
    assert appointed["organization"] == {"name": {"text": "和谐社工事务所"}}
    taken_in = await do(engine, liu, "addStaff", post, **post_of, personId=typed("usr", chen.id))
    gone = await do(engine, chen, "removeStaff", post, staffId=taken_in["id"], reason="辞职")
    assert gone["until"] == "2026-06-01"
    again = await do(engine, chen, "removeStaff", post, staffId=taken_in["id"], reason="辞职")
    assert again == {"kind": "NOT_NOW", "code": "ended"}
