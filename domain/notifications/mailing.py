"""How do messages that stand in an inbox read as one letter? One in full; several by a line each."""

from datetime import datetime
from typing import Any

from domain.access import Says
from domain.columns import Text
from domain.letters import Channel, Kind, letter
from domain.notifications.kinds import KINDS
from domain.notifications.models import Way
from domain.notifications.wording import LANGUAGES, language_of
from domain.wording import in_language

SEVERAL = Says("Your notifications: {number}", "您有{number}条通知")


def one_letter(
    told: list[tuple[str, Text, Text]], address: str, locale: str, now: datetime
) -> tuple[str, tuple[Any, ...]]:
    """What writes it: SQL and its arguments, the letter's id first. `told`: verb, subject and all there is to say."""
    language = language_of(locale)
    if len(told) == 1:
        about, text = (in_language(words, language) for words in told[0][1:])
    else:
        about = SEVERAL[LANGUAGES.index(language)].format(number=len(told))
        text = "\n".join(f"- {in_language(subject, language)}" for _, subject, _ in told)
    stops = all(KINDS[verb].least != Way.EMAIL for verb, _, _ in told)
    return letter(Kind.NOTICE, Channel.EMAIL, address, language, now, about=about, text=text, stops=stops)
