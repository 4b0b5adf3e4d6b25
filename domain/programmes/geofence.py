"""Does it agree with the place, how far from it a device says to be? Evidence for whoever looks at it, never a proof.

Where somebody is nobody asks: the device measures how far it is from the opportunity's point, and only the metres are
sent and kept, if the volunteer wants that (Personal Information Protection Law, articles 6 and 28). Telephones are
wrong between high houses, and can be told to lie: so it decides nothing.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.errors import Invalid

FARTHEST = 21_000_000
"""Metres; half the way around the Earth."""
WIDEST = 100_000


class Geofence(StrEnum):
    """Whether the distance that a device told agrees with the place. 位置佐证"""

    AGREES = "agrees"
    """Within the place's radius. 相符"""
    DIFFERS = "differs"
    """Farther away. 不符"""
    UNKNOWN = "unknown"
    """No distance was told, or the place has no point. 未知"""


def compared(distance: int | None, radius: int | None) -> dict[str, Any]:
    """What is kept of a distance in metres."""
    if distance is not None and not 0 <= distance <= FARTHEST:
        raise Invalid("no_distance", "A distance is told in metres.", "距离须以米为单位。", path="distance")
    if distance is None or radius is None:
        return {"distance": distance, "geofence": Geofence.UNKNOWN}
    return {"distance": distance, "geofence": Geofence.AGREES if distance <= radius else Geofence.DIFFERS}


def surroundings(latitude: Decimal | None, longitude: Decimal | None, radius: int | None) -> dict[str, Any]:
    """A point and how far around it the place reaches; all three, or none."""
    given = latitude, longitude, radius
    if given == (None, None, None):
        return {}
    if latitude is None or longitude is None or radius is None:
        raise Invalid(
            "no_point", "A point has latitude, longitude and radius.", "须同时填写纬度、经度和半径。", path="latitude"
        )
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid("no_such_point", "There is no such point on Earth.", "经纬度超出范围。", path="latitude")
    if not 1 <= radius <= WIDEST:
        raise Invalid(
            "wrong_radius", f"A place reaches 1 to {WIDEST} metres.", f"半径须为 1 至 {WIDEST} 米。", path="radius"
        )
    return {"latitude": latitude, "longitude": longitude, "radius": radius}
