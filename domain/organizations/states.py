"""When may what happen to an organization?"""

from enum import StrEnum

from domain.states import Machine, move


class OrganizationState(StrEnum):
    """Where an organization stands. 社会组织状态"""

    PENDING = "pending"
    """Its papers are here and not yet checked. 待核实"""
    ACTIVE = "active"
    """It may work. 正常"""
    SUSPENDED = "suspended"
    """It must rest. 暂停活动"""
    DEREGISTERED = "deregistered"
    """It is no more. 已注销"""


PENDING, ACTIVE, SUSPENDED, DEREGISTERED = OrganizationState

ORGANIZATION = Machine(
    "organization",
    PENDING,
    (
        move("confirm_organization", PENDING, ACTIVE),
        move("suspend_organization", ACTIVE, SUSPENDED),
        move("reinstate_organization", SUSPENDED, ACTIVE),
        move("deregister_organization", {PENDING, ACTIVE, SUSPENDED}, DEREGISTERED),
    ),
)
