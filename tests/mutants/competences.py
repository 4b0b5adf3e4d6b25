"""Which faults would let somebody serve by proof that nobody has seen or holds no longer, uninsured or unsigned?"""

from tests.mutants.mutant import Mutant

BOTH = "tests/programmes/test_eligibility.py::test_both_readings_agree_whatever_the_facts"
THAT_DAY = "tests/programmes/test_eligibility.py::test_proof_counts_on_the_days_on_which_it_holds"
OWN = "tests/volunteers/test_competences.py::test_nobody_confirms_their_own_and_strangers_find_none"
READ = "tests/programmes/test_agreements.py::test_signed_is_what_was_read_in_words_that_somebody_answers_for"
SECOND = (
    "tests/volunteers/test_identity.py"
    "::test_a_second_volunteer_with_the_same_document_is_found_by_who_verifies_and_by_nobody_else"
)

# fmt: off
COMPETENCES = (
    Mutant(
        "proof for ever", "domain/programmes/eligibility.py",
        "here.c.day <= competence.c.counts_until", "here.c.day >= competence.c.since",
        "a certificate that has ended lets somebody serve", THAT_DAY,
    ),
    Mutant(
        "claims are proof", "domain/programmes/eligibility.py",
        "where(is_in(table.c.state, held))", "where(is_in(table.c.state, *type(held)))",
        "whoever says so may do first aid", BOTH,
    ),
    Mutant(
        "one's own word", "domain/volunteers/access.py",
        "signed_in & who_confirms & ~whose_competence", "signed_in & who_confirms",
        "a social worker confirms what they can do themselves", OWN,
    ),
    Mutant(
        "insured by anybody", "domain/programmes/eligibility.py",
        "insurance.c.organization_id == shift.c.organization_id", "insurance.c.organization_id.is_not(None)",
        "whom another organization has insured serves where nobody pays for an accident", BOTH,
    ),
    Mutant(
        "agreed elsewhere", "domain/programmes/agreements.py",
        "agreement.c.opportunity_id == shift.c.opportunity_id", "agreement.c.opportunity_id.is_not(None)",
        "what was signed for one service counts for another", BOTH,
    ),
    Mutant(
        "words that were not read", "domain/programmes/commands/agreements.py",
        "agreement.wording != offered[agreement.language]", "not agreement.wording",
        "somebody signs what they have not read", READ,
    ),
    Mutant(
        "two volunteers with one document", "domain/volunteers/commands/identity.py",
        "is_in(IdentityDocument.state, VERIFIED, EXPIRED)", "is_in(IdentityDocument.state, VERIFIED)",
        "who waits until a document has expired registers twice with it", SECOND,
    ),
)
