"""The ways the domain says no, in the reader's language. Everything else is a bug."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grounds:
    """The rule a refusal rests on, shown to the person: what it says, where it stands, what can be done."""

    rule: str
    source: str
    version: int


class Refusal(Exception):
    """An expected no. `path` names the input field, `remedy` what the person can do."""

    kind = "REFUSED"

    def __init__(
        self,
        code: str,
        en: str,
        zh: str,
        *,
        path: str | None = None,
        grounds: Grounds | None = None,
        remedy: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(en)
        self.code, self.en, self.zh, self.path = code, en, zh, path
        self.grounds, self.remedy = grounds, remedy

    def say(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def advise(self, language: str) -> str | None:
        return self.remedy and self.remedy[language.startswith("zh")]


class NotAllowed(Refusal):
    """Wrong person."""

    kind = "NOT_ALLOWED"


class NotNow(Refusal):
    """Right person, wrong moment."""

    kind = "NOT_NOW"


class Invalid(Refusal):
    """Right person, right moment, wrong content."""

    kind = "INVALID"


class NotFound(Refusal):
    """No such thing, or not for your eyes."""

    kind = "NOT_FOUND"


class Conflict(Refusal):
    """Somebody, perhaps you, was there first."""

    kind = "CONFLICT"


class Unavailable(Exception):
    """The database cannot be reached now. If it was lost during a commit, nobody knows whether that happened."""


class TooSlow(Exception):
    """The database was not done within our patience, or somebody held a lock for longer: nothing was done."""


class Unasked(AssertionError):
    """A bug: something was written that no rule was asked about."""
