"""When: the life of a device that checks people in without a network."""

from enum import StrEnum

from domain.states import Machine, move


class DeviceState(StrEnum):
    """Whether what a device signs is believed. 设备状态"""

    ACTIVE = "active"
    """What it signs is believed. 有效"""
    REVOKED = "revoked"
    """Lost, stolen or put aside. 已注销"""


DEVICE = Machine("device", DeviceState.ACTIVE, (move("revoke_device", DeviceState.ACTIVE, DeviceState.REVOKED),))
