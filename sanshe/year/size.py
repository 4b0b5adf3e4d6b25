"""How large is the district that is played, and how much is done in it?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """The whole of it: a district of Beijing, and about two million hours in its year."""

    streets: int = 43
    communities: int = 215
    organizations: int = 430
    """One social worker leads, and another verifies, in each."""
    volunteers: int = 100_000
    seats: int = 24
    """In each shift; an organization has one a week."""

    def of_a_street(self, number: int) -> "Size":
        """What falls to the street of this number, from 0 on: what does not divide goes to the first."""

        def share(of: int) -> int:
            return of // self.streets + (number < of % self.streets)

        return Size(1, share(self.communities), share(self.organizations), share(self.volunteers), self.seats)
