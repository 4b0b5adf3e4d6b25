"""Which faults would let somebody serve by proof that nobody has seen, or that holds no longer?"""

from tests.mutants.mutant import Mutant

BOTH = "tests/programmes/test_eligibility.py::test_both_readings_agree_whatever_the_facts"
THAT_DAY = "tests/programmes/test_eligibility.py::test_proof_counts_on_the_days_on_which_it_holds"
OWN = "tests/volunteers/test_competences.py::test_nobody_confirms_their_own_and_strangers_find_none"
SECOND = (
    "tests/volunteers/test_identity.py"
    "::test_a_second_volunteer_with_the_same_document_is_found_by_who_verifies_and_by_nobody_else"
)

# fmt: off
COMPETENCES = (
    Mutant(
        "proof for ever", "domain/programmes/eligibility.py",
        "here.c.day <= competence.c.until", "here.c.day >= competence.c.since",
        "a certificate that has ended lets somebody serve", THAT_DAY,
    ),
    Mutant(
        "claims are proof", "domain/programmes/eligibility.py",
        "is_in(competence.c.state, CompetenceState.CURRENT)", "is_in(competence.c.state, *CompetenceState)",
        "whoever says so may do first aid", BOTH,
    ),
    Mutant(
        "one's own word", "domain/volunteers/access.py",
        "signed_in & who_confirms & ~whose_competence", "signed_in & who_confirms",
        "a social worker confirms what they can do themselves", OWN,
    ),
    Mutant(
        "two volunteers with one document", "domain/volunteers/commands/identity.py",
        "is_in(IdentityDocument.state, VERIFIED, EXPIRED)", "is_in(IdentityDocument.state, VERIFIED)",
        "who waits until a document has expired registers twice with it", SECOND,
    ),
)
