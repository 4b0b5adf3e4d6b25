"""Which faults would let somebody serve who should not, or turn away somebody who may?"""

from tests.mutants.mutant import Mutant

BOTH = "tests/programmes/test_eligibility.py::test_both_readings_agree_whatever_the_facts"
OFFERS = "tests/programmes/test_eligibility.py::test_an_offer_asks_the_same_as_signing_up"
CITED = "tests/programmes/test_eligibility.py::test_a_seat_remembers_every_rule_that_was_looked_at"

# fmt: off
ELIGIBILITY = (
    Mutant(
        "a day in Greenwich", "domain/programmes/eligibility.py",
        '_word("Asia/Shanghai"), moment', '_word("UTC"), moment',
        "who serves in the morning serves on the day before", BOTH,
    ),
    Mutant(
        "offered without asking", "domain/programmes/commands/signups.py",
        "    require_all(work, asked)\n    if not offer_stands", "    if not offer_stands",
        "whoever waited long enough may serve in two places at once", OFFERS,
    ),
    Mutant(
        "a seat without its rules", "domain/programmes/eligibility.py",
        "work.apply(UUID(rule_id))", "work.book.numbered(UUID(rule_id))",
        "nobody can tell by which rules a seat was given", CITED,
    ),
)
