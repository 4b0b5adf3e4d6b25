"""People who can be written to, and what they were told."""

from pydantic import SecretStr

from api.letters.post import Post
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import amend_person
from domain.hours.commands import log_hours, verify_hours
from domain.house import House
from domain.letters import Channel
from domain.notifications import telling
from domain.notifications.models import Message
from domain.programmes.models import Shift, Signup
from tests.acting import linked
from tests.conftest import Clock
from tests.mail import SENDER, MailServer
from tests.programmes.neighbourhood import Neighbourhood


async def told(house: House) -> None:
    """Everybody is told of all that was done."""
    await telling.begin(house)
    await linked(house)
    while await telling.tell(house):
        pass


async def carried(house: House, mail: MailServer) -> None:
    post = Post(house, Settings(smtp_url=SecretStr(mail.url), mail_from=SENDER), Channel.EMAIL)
    while await post.carry():
        pass


async def reachable(here: Neighbourhood, name: str = "Li", locale: str = "en") -> Actor:
    """A volunteer who showed that the address is theirs."""
    somebody = await here.volunteer(name)
    await here.house.lanes.run("UPDATE person SET email_verified_at = registered_at WHERE id = $1", (somebody.id,))
    await here.do(somebody, amend_person, person_id=somebody.id, locale=locale)
    return somebody


async def address(here: Neighbourhood, somebody: Actor) -> str:
    return str((await here.house.lanes.run("SELECT email FROM person WHERE id = $1", (somebody.id,)))[0]["email"])


async def messages(here: Neighbourhood, somebody: Actor) -> list[Message]:
    return await here.all(Message, "person_id = $1", somebody.id)


async def seated(here: Neighbourhood, somebody: Actor) -> tuple[Shift, Signup]:
    shift = await here.shift(capacity=3)
    return shift, await here.sign_up(somebody, shift)


async def hours_verified(here: Neighbourhood, clock: Clock, somebody: Actor) -> None:
    """Something happens that they are told of and that can wait."""
    shift, seat = await seated(here, somebody)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=60)
    await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
