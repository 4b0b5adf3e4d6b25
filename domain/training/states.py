"""When: the lives of courses, of the trainings in which they are held, and of enrolments."""

from enum import StrEnum

from domain.states import Machine, move


class CourseState(StrEnum):
    """Where a course stands. 课程状态"""

    DRAFT = "draft"
    """It is being written. 草稿"""
    PUBLISHED = "published"
    """It can be held. 已发布"""
    CLOSED = "closed"
    """It is held no longer. 已结束"""


COURSE = Machine(
    "course",
    CourseState.DRAFT,
    (
        move("publish_course", CourseState.DRAFT, CourseState.PUBLISHED),
        move("close_course", {CourseState.DRAFT, CourseState.PUBLISHED}, CourseState.CLOSED),
    ),
)


class TrainingState(StrEnum):
    """Where a training stands. 培训场次状态"""

    SCHEDULED = "scheduled"
    """It lies ahead and takes enrolments. 待开始"""
    RUNNING = "running"
    """It is taking place. 进行中"""
    ENDED = "ended"
    """It is over. 已结束"""
    CANCELLED = "cancelled"
    """It was called off. 已取消"""


TRAINING = Machine(
    "training",
    TrainingState.SCHEDULED,
    (
        move("start_training", TrainingState.SCHEDULED, TrainingState.RUNNING),
        move("end_training", TrainingState.RUNNING, TrainingState.ENDED),
        move("cancel_training", {TrainingState.SCHEDULED, TrainingState.RUNNING}, TrainingState.CANCELLED),
    ),
)


class EnrolmentState(StrEnum):
    """Where an enrolment stands. 培训报名状态"""

    QUEUED = "queued"
    """In line for a place. 候补"""
    OFFERED = "offered"
    """A place is held for a while; accept or decline it. 待确认名额"""
    ENROLLED = "enrolled"
    """With a place. 已报名"""
    COMPLETED = "completed"
    """Took part; what was learnt is still to be looked at. 已完成，待考核"""
    PASSED = "passed"
    """Learnt it, and can do it now. 合格"""
    FAILED = "failed"
    """Took part, and cannot do it yet. 未合格"""
    MISSED = "missed"
    """Did not come, or not for the whole of it. 缺课"""
    LEFT = "left"
    """Given back by the volunteer. 已退出"""
    DECLINED = "declined"
    """The offered place was not wanted. 已放弃"""
    PLACE_EXPIRED = "place_expired"
    """The offered place was not taken in time. 名额逾期"""
    CANCELLED = "cancelled"
    """The training was called off. 场次取消"""
    CLOSED = "closed"
    """The training began before a place came free. 候补关闭"""


#: Enrolments that hold a place, and those that hold a place or wait for one.
PLACED = frozenset({EnrolmentState.OFFERED, EnrolmentState.ENROLLED})
OPEN = PLACED | {EnrolmentState.QUEUED}

ENROLMENT = Machine(
    "enrolment",
    EnrolmentState.QUEUED,
    (
        move("offer_place", EnrolmentState.QUEUED, EnrolmentState.OFFERED),
        move("accept_place", EnrolmentState.OFFERED, EnrolmentState.ENROLLED),
        move("decline_place", EnrolmentState.OFFERED, EnrolmentState.DECLINED),
        move("expire_place", EnrolmentState.OFFERED, EnrolmentState.PLACE_EXPIRED),
        move("complete_training", EnrolmentState.ENROLLED, {EnrolmentState.COMPLETED, EnrolmentState.PASSED}),
        move("miss_training", EnrolmentState.ENROLLED, EnrolmentState.MISSED),
        move("pass_assessment", EnrolmentState.COMPLETED, EnrolmentState.PASSED),
        move("fail_assessment", EnrolmentState.COMPLETED, EnrolmentState.FAILED),
        move("leave_training", OPEN, EnrolmentState.LEFT),
        move("cancel_enrolment", OPEN, EnrolmentState.CANCELLED),
        move("close_enrolment", {EnrolmentState.QUEUED, EnrolmentState.OFFERED}, EnrolmentState.CLOSED),
    ),
)
