"""A school in the neighbourhood: a course of first aid, and when it is held."""

from datetime import timedelta
from typing import Any

from domain.access import Actor
from domain.training import commands
from domain.training.models import Course, Enrolment, Training
from domain.volunteers.models import CompetenceLevel
from tests.programmes.neighbourhood import Neighbourhood, said

FIRST_AID: dict[str, Any] = {
    "title": said("First aid"),
    "content": said("What to do until help comes."),
    "minutes": 120,
    "skill": "first_aid",
    "level": CompetenceLevel.BASIC,
    "assessed": True,
    "valid_months": 24,
}


class School:
    """What whoever holds courses does, by one of the organization's managers."""

    def __init__(self, here: Neighbourhood) -> None:
        self.here = here
        self.do, self.now, self.all = here.do, here.now, here.all

    async def draft(self, who: Actor | None = None, **about: Any) -> Course:
        known = {"street_id": self.here.street, "organization_id": self.here.organization.id}
        course: Course = await self.do(who or self.here.manager, commands.create_course, **known | FIRST_AID | about)
        return course

    async def course(self, **about: Any) -> Course:
        drafted = await self.draft(**about)
        course: Course = await self.do(self.here.manager, commands.publish_course, course_id=drafted.id)
        return course

    async def training(
        self, capacity: int = 1, *, course: Course | None = None, ahead: float = 72, length: float = 2
    ) -> Training:
        """The course held so many hours ahead, so many hours long."""
        starts_at = self.here.house.clock() + timedelta(hours=ahead)
        training: Training = await self.do(
            self.here.manager,
            commands.open_training,
            course_id=(course or await self.course()).id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=length),
            place=said("Library"),
            capacity=capacity,
        )
        return training

    async def enrol(self, actor: Actor, training: Training) -> Enrolment:
        enrolment: Enrolment = await self.do(actor, commands.enrol, training_id=training.id)
        return enrolment

    async def states(self, training: Training) -> list[str]:
        return [enrolment.state.value for enrolment in await self.all(Enrolment, "training_id = $1", training.id)]
