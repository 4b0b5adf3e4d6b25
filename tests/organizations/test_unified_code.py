"""A unified social credit code proves itself by its last character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.uscc import calc_check_digit

from domain.errors import Invalid
from domain.organizations.codes import unified_code

GOOD = "51110105MJ0000000"
GOOD += calc_check_digit(GOOD)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "G1110000717848591" + calc_check_digit("G1110000717848591"), GOOD]
)
def test_a_right_code_is_taken(code: str) -> None:
    assert unified_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [GOOD.lower(), f" {GOOD[:8]} {GOOD[8:]} ", f"{GOOD[:2]}-{GOOD[2:]}", "".join(chr(ord(c) + 0xFEE0) for c in GOOD)],
)
def test_how_it_was_typed_does_not_matter(typed: str) -> None:
    assert unified_code(typed) == GOOD


@given(place=st.integers(0, 17), letter=st.sampled_from(LETTERS))
def test_one_slip_of_the_pen_is_always_noticed(place: int, letter: str) -> None:
    slipped = GOOD[:place] + letter + GOOD[place + 1 :]
    if slipped == GOOD:
        assert unified_code(slipped) == GOOD
        return
    with pytest.raises(Invalid) as refused:
        unified_code(slipped)
    assert refused.value.path == "unifiedCode"


@pytest.mark.parametrize(
    "code", ["", GOOD[:-1], GOOD + "0", "I" + GOOD[1:], GOOD[:3] + "A" + GOOD[4:], "民政" + GOOD[2:]]
)
def test_what_is_no_code_at_all_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        unified_code(code)
    assert refused.value.code == "wrong_code"
