"""Are these words that can be printed and read: a line, or a name in several languages?"""

import langcodes

from domain.columns import Text, Translation
from domain.errors import Invalid

LONGEST_LINE = 100
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


def name(typed: Text, path: str = "name") -> Text:
    """A name: a line in each of its languages, which are tagged by BCP 47."""
    named = Text(language=_tag(typed["language"], path), text=line(typed["text"], path))
    translations = {
        _tag(language, path): Translation(text=line(given["text"], path), status=given["status"])
        for language, given in typed.get("translations", {}).items()
    }
    return Text(**named, translations=translations) if translations else named


def _tag(typed: str, path: str) -> str:
    if not typed.isascii() or len(typed) > LONGEST_TAG or not langcodes.tag_is_valid(typed):
        raise Invalid("wrong_language", "This is no language tag (BCP 47).", "语言标签（BCP 47）无效。", path=path)
    return langcodes.standardize_tag(typed)
