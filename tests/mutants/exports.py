"""Which faults would make a file say something else than the list on the screen, or run on somebody's computer?"""

from tests.mutants.mutant import Mutant

ENDPOINT = "api/exports/endpoint.py"
TESTS = "tests/http/test_exports.py::"

# fmt: off
EXPORTS = (
    Mutant(
        "the first page is all", ENDPOINT,
        'if not about["hasNextPage"]:', 'if about["hasNextPage"]:',
        "a roster of a hundred and one people leaves one out",
        TESTS + "test_the_file_is_the_list_on_the_screen_for_whoever_asks",
    ),
    Mutant(
        "formulas run", "api/exports/sheets.py",
        "if cell.startswith(FORMULA)", 'if cell == "="',
        "what a volunteer is called calculates on the organiser's computer",
        TESTS + "test_no_cell_is_a_formula",
    ),
    Mutant(
        "the same page again", ENDPOINT,
        ' or after == about["endCursor"] is not None', "",
        "who forgets the cursor has the first page a hundred times",
        TESTS + "test_what_is_no_whole_list_is_refused_with_the_reason",
    ),
    Mutant(
        "cut at the limit", ENDPOINT,
        "if number > MOST_ROWS:", "if number > 10 * MOST_ROWS:",
        "one query of a list keeps a process busy",
        TESTS + "test_a_list_that_is_too_long_is_refused_whole",
    ),
)
