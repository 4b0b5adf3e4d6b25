"""Do: everything people and the clock do about courses, trainings and enrolments."""

from domain.training.commands.courses import close_course, create_course, publish_course
from domain.training.commands.enrolments import accept_place, decline_place, enrol, expire_place, leave_training
from domain.training.commands.results import complete_training, fail_assessment, miss_training, pass_assessment
from domain.training.commands.trainings import (
    cancel_training,
    change_places,
    end_training,
    open_training,
    start_training,
)

__all__ = [
    "accept_place",
    "cancel_training",
    "change_places",
    "close_course",
    "complete_training",
    "create_course",
    "decline_place",
    "end_training",
    "enrol",
    "expire_place",
    "fail_assessment",
    "leave_training",
    "miss_training",
    "open_training",
    "pass_assessment",
    "publish_course",
    "start_training",
]
