"""Can these words be printed and read, a line or paragraphs, in one language or several; and how do they read?"""

from collections.abc import Callable

import langcodes

from domain.columns import Text, Translation
from domain.errors import Invalid

LONGEST_LINE = 100
LONGEST_PARAGRAPHS = 5000
LONGEST_TAG = 35


def line(typed: str, path: str, longest: int = LONGEST_LINE) -> str:
    """One line of visible characters, its blanks made single. `path` names the field it was typed into."""
    said = " ".join(typed.split())
    if not said or len(said) > longest or not said.isprintable():
        raise Invalid(
            "not_a_line",
            f"Here belong 1 to {longest} visible characters.",
            f"此处应为1至{longest}个可见字符。",
            path=path,
        )
    return said


def paragraphs(typed: str, path: str) -> str:
    """Lines of visible characters, kept as they were broken."""
    said = "\n".join(part.rstrip() for part in typed.strip().splitlines())
    if not said or len(said) > LONGEST_PARAGRAPHS or not all(part.isprintable() for part in said.split("\n")):
        raise Invalid(
            "not_a_text",
            f"Here belong 1 to {LONGEST_PARAGRAPHS} visible characters, in lines.",
            f"此处应为1至{LONGEST_PARAGRAPHS}个可见字符，可分行。",
            path=path,
        )
    return said


def reasoned(typed: str | None) -> str:
    """Why somebody does what affects another; it cannot be left out."""
    if not (said := (typed or "").strip()):
        raise Invalid("reason_needed", "Give a reason.", "请说明理由。", path="reason")
    return said


def name(typed: Text, path: str = "name") -> Text:
    """A name: a line in each of its languages, which are tagged by BCP 47."""
    return _in_each_language(line, typed, path)


def prose(typed: Text, path: str) -> Text:
    """A longer text: paragraphs in each of its languages."""
    return _in_each_language(paragraphs, typed, path)


def _in_each_language(read: Callable[[str, str], str], typed: Text, path: str) -> Text:
    said = Text(language=_tag(typed["language"], path), text=read(typed["text"], path))
    translations = {
        _tag(language, path): Translation(text=read(given["text"], path), status=given["status"])
        for language, given in typed.get("translations", {}).items()
    }
    return Text(**said, translations=translations) if translations else said


def _tag(typed: str, path: str) -> str:
    if not typed.isascii() or len(typed) > LONGEST_TAG or not langcodes.tag_is_valid(typed):
        raise Invalid("wrong_language", "This is no language tag (BCP 47).", "语言标签（BCP 47）无效。", path=path)
    return langcodes.standardize_tag(typed)


def binding(text: Text) -> dict[str, str]:
    """What it says in each language in which somebody answers for the words: no machine's, and none that is stale."""
    checked = {tag: said["text"] for tag, said in text.get("translations", {}).items() if said["status"] == "checked"}
    return {text["language"]: text["text"], **checked}


def in_language(text: Text, language: str) -> str:
    """The text as somebody reads it: in their language where it was said in it, else as it was written."""
    return with_its_language(text, language)[0]


def with_its_language(text: Text, language: str) -> tuple[str, str]:
    """The text as somebody reads it, and the language in which it then is (BCP 47)."""
    for wanted in (language, language.partition("-")[0]):
        if said := text.get("translations", {}).get(wanted):
            return said["text"], wanted
    return text["text"], text["language"]


def called(title: Text, position: Text | None, language: str) -> str:
    """A shift's title: that of its opportunity, with its position if it has one."""
    said, its = with_its_language(title, language)
    if position is None:
        return said
    return ("{}（{}）" if its.startswith("zh") else "{} ({})").format(said, in_language(position, language))
