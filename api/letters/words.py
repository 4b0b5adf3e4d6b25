"""What does a letter say? Its template, filled in: a subject, a text, and the same in one short message."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.accounts.addresses import spoken

TEMPLATES = Path(__file__).parent / "templates"


class Words(NamedTuple):
    """Plain text in a language: the subject is one line, `short` is what fits into a short message."""

    language: str
    subject: str
    text: str
    short: str


@cache
def templates() -> Environment:
    return Environment(  # noqa: S701 letters are plain text
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def words(kind: str, language: str, says: dict[str, Any], house: str) -> Words:
    """The letter in the reader's language, Chinese or English; `house` is the address its links lead to."""
    spoken_here = "en" if spoken(language) == "en" else "zh-Hans"
    said: Any = templates().get_template(f"{kind}.{spoken_here}.txt").make_module({**says, "house": house})
    subject, short = (" ".join(line.split()) for line in (said.subject, said.short))
    return Words(spoken_here, subject, f"{said}".strip() + "\n", short)
