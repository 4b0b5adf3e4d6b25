"""How does a message read? Its kind's words with what is known of the thing, in Chinese and in English."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.access import Says
from domain.accounts.addresses import spoken
from domain.columns import Text, Translation, minute_of
from domain.notifications.kinds import Kind
from domain.wording import in_language

LANGUAGES = Says("en", "zh-Hans")
WHEN = Says("When: {starts} to {ends}", "时间：{starts}至{ends}")
WHERE = Says("Where: {place}", "地点：{place}")
WHY = Says("Reason given: {reason}", "理由：{reason}")


class Words(NamedTuple):
    """A message in one language."""

    subject: str
    says: str


def worded(kind: Kind, known: Any, reason: str | None) -> dict[str, Words]:
    """The message by language; `known` is what the query of the thing found."""
    lines = (WHEN, WHERE, *((WHY,) if reason else ()), *((kind.then,) if kind.then else ()))
    found = {}
    for n, language in enumerate(LANGUAGES):
        values = _values(known, language) | {"reason": reason}
        subject = kind.subject[n].format(**values)
        found[language] = Words(subject, "\n".join([subject, "", *(line[n].format(**values) for line in lines)]))
    return found


def in_both(en: str, zh: str) -> Text:
    """One text of the house's own, which is written in Chinese first."""
    return Text(language=LANGUAGES.zh, text=zh, translations={LANGUAGES.en: Translation(text=en, status="checked")})


def language_of(locale: str) -> str:
    """The language in which somebody is told who reads this one."""
    return LANGUAGES.en if spoken(locale) == "en" else LANGUAGES.zh


def _values(known: Any, language: str) -> dict[str, Any]:
    return {
        "title": in_language(known["title"], language),
        "place": in_language(known["place"], language),
        "starts": _moment(known["starts_at"], language),
        "ends": _moment(known["ends_at"], language),
        "until": known["until"] and _moment(known["until"], language),
        "minutes": known["minutes"],
        "instead": known["instead"],
    }


def _moment(moment: datetime, language: str) -> str:
    return f"{minute_of(moment)} (Beijing time)" if language == LANGUAGES.en else f"北京时间{minute_of(moment)}"
