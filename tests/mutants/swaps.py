"""Which faults would let a seat change hands against somebody's will, or out of turn?"""

from tests.mutants.mutant import Mutant

SWAPS_FILE = "domain/programmes/commands/swaps.py"
TESTS = "tests/programmes/test_swaps.py::"

# fmt: off
SWAPS = (
    Mutant(
        "a seat for a friend", SWAPS_FILE,
        "if is_wanted and swap.return_shift_id is None:", "if False:",
        "whoever knows somebody with a seat passes by all who wait for it",
        TESTS + "test_whoever_stands_in_passes_nobody_by_who_waits_for_the_seat",
    ),
    Mutant(
        "both seats at once", SWAPS_FILE,
        "    await _require(work, taker, shift.id, given_for=swap.return_shift_id)",
        "    await _require(work, taker, shift.id, given_for=None)",
        "two shifts of the same hour can never be exchanged",
        TESTS + "test_two_exchange_seats_of_the_same_hour",
    ),
    Mutant(
        "only one is asked", SWAPS_FILE,
        "            await _require(work, giver, of.id, given_for=shift.id)", "            pass",
        "whoever proposes an exchange serves in two places at once",
        TESTS + "test_what_the_giver_lacks_for_the_others_shift_is_told_to_them_and_to_nobody_else",
    ),
)
