"""How do other platforms read what there is to do here? In the shape of the UK's Volunteering Data Standard.

As https://standard.volunteeringdata.io described it in November 2026, a beta: organisations with their activities, each
with a role and its sessions, as JSON-LD. Nobody is named in it. Risks stand in the description, as the law wants them
told and the standard has no field for them; charity numbers, which are those of British registers, are left out.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from domain.columns import SHANGHAI, day_of, typed
from domain.organizations.models import Organization
from domain.programmes.models import Opportunity, Position, Shift
from domain.rules import Book
from domain.wording import in_language

CONTEXT = "https://api.volunteeringdata.io/context/v1"
STANDARD = "https://ns.volunteeringdata.io/"
RISKS = ("Risks: {risks}", "风险提示：{risks}")


class Dataset:
    """What is on offer in one house, in one language; `issuer` is where what it names is found."""

    def __init__(self, book: Book, issuer: str, language: str) -> None:
        self.book, self.issuer, self.language = book, issuer, language

    def written(self, shifts: Iterable[Any], now: datetime) -> dict[str, Any]:
        """The document, from what is on offer at a moment."""
        return {
            "@context": CONTEXT,
            "conformsTo": STANDARD,
            "publisher": self.issuer,
            "modified": day_of(now).isoformat(),
            "graph": [
                self._organisation(list(of_one))
                for _, of_one in groupby(shifts, lambda shift: shift["organization_id"])
            ],
        }

    def _organisation(self, shifts: list[Any]) -> dict[str, Any]:
        return {
            "type": "Organisation",
            "id": self._link(Organization.prefix, shifts[0]["organization_id"]),
            "name": self._say(shifts[0]["organization"]),
            "activity": [self._activity(list(of_one)) for _, of_one in groupby(shifts, lambda shift: shift["id"])],
        }

    def _activity(self, shifts: list[Any]) -> dict[str, Any]:
        told, organisation = shifts[0], self._link(Organization.prefix, shifts[0]["organization_id"])
        risks = RISKS[self.language != "en"].format(risks=self._say(told["risks"]))
        id = self._link(Opportunity.prefix, told["id"])
        return {
            "type": "Activity",
            "id": id,
            "title": self._say(told["title"]),
            "description": f"{self._say(told['tasks'])}\n\n{risks}",
            "organisation": organisation,
            "role": [self._role(shift, id) for shift in {shift["position_id"]: shift for shift in shifts}.values()],
            "session": [self._session(shift) for shift in shifts],
        }

    def _role(self, told: Any, activity: str) -> dict[str, Any]:
        """A position; or what all do, who serve in none."""
        position = told["position_id"]
        youngest = self.book.find("youngest_volunteer", day_of(told["starts_at"]), self.book.place_of(told["id"]))
        return {
            "type": "Role",
            "id": self._link(Position.prefix, position) if position else f"{activity}-role",
            "title": self._say(told["position"] or told["title"]),
            "description": self._say(told["position_tasks"] or told["tasks"]),
            "applyLink": f"{self.issuer}/account",
            "allowsRemoteParticipation": False,
            "minimumAge": str(int(youngest.value)),
        }

    def _session(self, shift: Any) -> dict[str, Any]:
        return {
            "type": "Session",
            "id": self._link(Shift.prefix, shift["shift_id"]),
            "location": self._location(shift),
            "time": {
                "type": "Time",
                "time:hasBeginning": {"time:inXSDDateTimeStamp": _stamp(shift["starts_at"])},
                "time:hasEnd": {"time:inXSDDateTimeStamp": _stamp(shift["ends_at"])},
            },
        }

    def _location(self, shift: Any) -> dict[str, str]:
        """Coordinates as strings, as the standard has them; they are those of the opportunity's place."""
        location = {"name": self._say(shift["position_place"] or shift["place"])}
        if shift["latitude"] is not None and shift["position_place"] is None:
            location |= {"latitude": str(shift["latitude"]), "longitude": str(shift["longitude"])}
        return location

    def _say(self, text: Any) -> str:
        return in_language(text, self.language)

    def _link(self, prefix: str, id: Any) -> str:
        """The place in this document, by the id that the API knows it by."""
        return f"{self.issuer}/opportunities.json#{typed(prefix, id)}"


def _stamp(moment: datetime) -> str:
    """The moment with the zone that its place has (OWL-Time, xsd:dateTimeStamp)."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
