"""Words that people will read are refused while they cannot be read."""

import pytest

from domain.columns import Text
from domain.errors import Invalid
from domain.wording import line, name, paragraphs, prose


@pytest.mark.parametrize("typed", ["", " \t ", "a\x00b", "right\u202eleft", "x" * 101])
def test_a_line_that_cannot_be_read_is_refused_by_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        line(typed, "title")
    assert refusal.value.path == "title"


def test_blanks_of_a_line_are_made_single() -> None:
    assert line("  为独居长者 \n 送餐 ", "title") == "为独居长者 送餐"


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs(" one  \r\n\r\ntwo ", "aims") == "one\n\ntwo"


@pytest.mark.parametrize("typed", ["", "\n\n", "bell\x07", "x" * 5001])
def test_paragraphs_that_cannot_be_read_are_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        paragraphs(typed, "aims")


def test_each_language_is_checked_and_its_tag_standardized() -> None:
    given: Text = {
        "language": "zh-hans",
        "text": "语言角",
        "translations": {"EN": {"text": "Corner", "status": "checked"}},
    }
    assert name(given) == {
        "language": "zh-Hans",
        "text": "语言角",
        "translations": {"en": {"text": "Corner", "status": "checked"}},
    }
    with pytest.raises(Invalid):
        prose({**given, "translations": {"klingon!": {"text": "x", "status": "checked"}}}, "aims")
    with pytest.raises(Invalid):
        prose({**given, "translations": {"en": {"text": " ", "status": "checked"}}}, "aims")
