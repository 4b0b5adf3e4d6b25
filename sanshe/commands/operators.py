"""`sanshe operator`: how the first operator of a house comes to be; every other role follows from theirs."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.settings import load
from sanshe.trouble import Trouble

if TYPE_CHECKING:
    from domain.house import House

WHO = "SELECT id FROM person WHERE lower(email) = lower($1)"


def operator(email: Annotated[str, typer.Argument(help="The e-mail they registered with.")]) -> None:
    """Make a person an operator, who makes street officers. They open an account first, on the service's own page."""
    from sanshe.commands.house import in_house

    settings = load()
    in_house(settings, lambda house: _appoint(house, email, settings.issuer))
    print(f"{email} is an operator. 已授予系统运维角色。")


async def _appoint(house: "House", email: str, issuer: str) -> None:
    from api.oauth.clients import OPERATOR
    from domain.accounts.commands import grant_role
    from domain.accounts.models import RoleName

    found = await house.lanes.run(WHO, (email,))
    if not found:
        raise Trouble(
            f"Nobody has an account with {email}. Let them register at {issuer}/register first.",
            "没有使用该邮箱的账号，请先在 /register 注册。",
        )
    await house.do(OPERATOR, grant_role, person_id=found[0]["id"], role=RoleName.OPERATOR)
