"""How does a message read? Its kind's words with what is known of the thing, in Chinese and in English."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from domain.access import Says
from domain.accounts.addresses import spoken
from domain.columns import Text, Translation, minute_of
from domain.notifications.kinds import Kind
from domain.programmes.requirements import REQUIREMENTS
from domain.wording import called, in_language

LANGUAGES = Says("en", "zh-Hans")
WHEN = Says("When: {starts_bare} to {ends_bare}, Beijing time", "时间：北京时间{starts_bare}至{ends_bare}")
WHERE = Says("Where: {place}", "地点：{place}")
MISSING = Says("Missing: {says}", "缺少：{says}")
RULE = Says(" (Rule: {source})", "（依据：{source}）")
WARD = Says("You get this as the guardian of a minor.", "您作为未成年人的监护人收到此通知。")
WARDS_NAME = Says("You get this as the guardian of {ward}.", "您作为{ward}的监护人收到此通知。")
COPY = Says("To the guardian: ", "【致监护人】")
WHAT = Says("What: {lacking}", "能力：{lacking}")
LEARNT = Says("Learnt next in: {course}, {course_at}.", "最近的培训：{course}，{course_at}。")
WHY = Says("Reason given: {reason}", "理由：{reason}")


class Words(NamedTuple):
    """A message in one language."""

    subject: str
    says: str


def worded(kind: Kind, known: Any, reason: str | None, *, names: bool) -> dict[str, Words]:
    """The message by language; `known` is what the query of the thing found.

    `names`: whether a guardian is told of whom, as in a letter, which is soon forgotten; a message stays.
    """
    lines = [line for line, holds in _lines(kind, known, reason, names) if holds]
    found = {}
    for n, language in enumerate(LANGUAGES):
        values = _values(known, language) | {"reason": reason}
        subject = (COPY[n] if known["ward"] else "") + kind.subject[n].format(**values)
        found[language] = Words(
            subject, "\n".join([subject, "", *(line[n].format(**values) for line in lines)]).strip()
        )
    return found


def _lines(kind: Kind, known: Any, reason: str | None, names: bool) -> Iterator[tuple[Says, bool]]:
    """Each line that a message may have, and whether this one has it."""
    yield WHEN, known["starts_at"] is not None
    yield WHERE, known["place"] is not None
    yield WHAT, bool(known["lacking"])
    yield WHY, bool(reason)
    yield kind.then or WHY, kind.then is not None
    yield LEARNT, known["course"] is not None
    yield WARDS_NAME if names else WARD, known["ward"] is not None


def _missing(sources: dict[str, str | None], n: int) -> str:
    """What was not met, by which rule, and what mends it. `sources`: each requirement's code, and its rule's source."""
    lines = []
    for code, told in REQUIREMENTS.items():
        if code in sources:
            rule = RULE[n].format(source=source) if (source := sources[code]) else ""
            remedy = told.remedy[n] if told.remedy else ""
            lines.append(f"{MISSING[n].format(says=told.says[n])}{rule} {remedy}".strip())
    return "\n".join(lines)


def in_both(en: str, zh: str) -> Text:
    """One text of the house's own, which is written in Chinese first."""
    return Text(language=LANGUAGES.zh, text=zh, translations={LANGUAGES.en: Translation(text=en, status="checked")})


def language_of(locale: str) -> str:
    """The language in which somebody is told who reads this one."""
    return LANGUAGES.en if spoken(locale) == "en" else LANGUAGES.zh


def _values(known: Any, language: str) -> dict[str, Any]:
    return {
        "title": known["title"] and called(known["title"], known["position"], language),
        "place": known["place"] and in_language(known["place"], language),
        "starts": known["starts_at"] and _moment(known["starts_at"], language),
        **_from_to(known["starts_at"], known["ends_at"]),
        "organization": known["organization"] and in_language(known["organization"], language),
        "risks": known["risks"] and in_language(known["risks"], language),
        "lacking": ", ".join(code.replace("_", " ") for code in known["lacking"] or ()),
        "course": known["course"] and in_language(known["course"], language),
        "course_at": known["course_at"] and _moment(known["course_at"], language),
        "ward": known["ward"],
        "until": known["until"] and _moment(known["until"], language),
        "minutes": known["minutes"],
        "instead": known["instead"],
        "missing": _missing(known["missing"] or {}, LANGUAGES.index(language)),
    }


def _from_to(starts_at: datetime | None, ends_at: datetime | None) -> dict[str, str | None]:
    """Both by the clock of China; the day is said once, if it is one."""
    starts, ends = (minute_of(moment) if moment else None for moment in (starts_at, ends_at))
    return {"starts_bare": starts, "ends_bare": ends and ends.removeprefix(f"{starts}"[:11])}


def _moment(moment: datetime, language: str) -> str:
    return f"{minute_of(moment)} (Beijing time)" if language == LANGUAGES.en else f"北京时间{minute_of(moment)}"
