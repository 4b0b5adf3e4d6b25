"""Which faults would let the wrong people be asked, or somebody sign up before their turn?"""

from tests.mutants.mutant import Mutant

# fmt: off
MATCHING = (
    Mutant(
        "whoever asks", "domain/programmes/matching.py",
        'RULES.sql(viewer, "see_candidates", shift)', "true()",
        "everybody reads who may not serve, and why",
        "tests/programmes/test_matching.py::test_only_whoever_leads_the_shift_sees_whom_to_ask_and_why_not",
    ),
    Mutant(
        "always the same people", "domain/programmes/matching.py",
        "EIGHT_HOURS = 3, 2, 2, 2, 1, -1", "EIGHT_HOURS = 3, 2, 2, 2, 1, 0",
        "who has served the whole week is asked first again",
        "tests/programmes/test_matching.py::test_whoever_has_served_much_that_week_lets_others_have_their_turn",
    ),
    Mutant(
        "waves for nobody", "domain/programmes/eligibility.py",
        "now >= shift.c.newcomers_from, ~has_come", "now >= shift.c.newcomers_from, has_come",
        "those who are new come after those who were here before",
        "tests/programmes/test_fair_access.py::test_each_wave_signs_up_from_its_own_moment",
    ),
)
