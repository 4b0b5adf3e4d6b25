"""What is read by whoever is invited, by their guardian, and by whoever asked."""

from domain.notifications.models import Message
from tests.mail import MailServer
from tests.notifications.inboxes import carried, reachable, told
from tests.notifications.test_who_is_told import family
from tests.programmes.neighbourhood import Neighbourhood
from tests.programmes.test_invitations import answer, invite


async def test_whoever_is_invited_reads_who_asks_what_when_and_the_risks_and_the_asker_hears_the_answer(
    here: Neighbourhood, mail: MailServer
) -> None:
    lin, shift = await reachable(here, "Lin"), await here.shift(capacity=5)
    invitation = await invite(here, lin, shift)
    await told(here.house)
    await carried(here.house, mail)
    letter = mail.received[-1]
    assert letter["Subject"].strip() == "You are invited to serve: Carry meals, 2026-06-04 12:00 (Beijing time)"
    for said in ("Sunrise asks you. Risks: Stairs.", "by 2026-06-04 12:00", "No seat is held", "Where: Canteen"):
        assert said in " ".join(letter.get_content().split())
    await answer(here, lin, "accept_invitation", invitation)
    await told(here.house)
    [heard] = await here.all(Message, "person_id = $1", here.worker.id)
    assert (heard.verb, heard.subject_id) == ("accept_invitation", invitation.id)
    assert "Lin" not in str(heard.says)  # a message stays; who it was is seen on the invitation, by whom it may be


async def test_a_guardian_reads_what_the_minor_is_invited_to_and_the_minor_what_was_declined_for_them(
    here: Neighbourhood,
) -> None:
    """pain 3: who answers for a minor knows what they are asked to do, before they do it."""
    mother, child = await family(here)
    invitation = await invite(here, child, await here.shift(capacity=5))
    await told(here.house)
    assert [m.verb for m in await here.all(Message, "person_id = $1", mother.id)][-1] == "invite_volunteer"
    await answer(here, mother, "decline_invitation", invitation)
    await told(here.house)
    for who in (child, here.worker):
        assert [m.verb for m in await here.all(Message, "person_id = $1", who.id)][-1] == "decline_invitation"
