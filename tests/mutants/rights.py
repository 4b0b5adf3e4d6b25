"""Which faults would answer people wrongly who ask about their data, or keep what they had forgotten?"""

from tests.mutants.mutant import Mutant

OWN = (
    "tests/accounts/test_rights_requests.py::test_nobody_answers_what_they_asked_themselves_and_no_application_answers"
)
LESS = "tests/accounts/test_rights_requests.py::test_nobody_is_erased_who_did_not_ask_for_it_or_asked_for_less"
BEYOND = "tests/accounts/test_rights_requests.py::test_whoever_asks_while_they_are_erased_is_erased"
WORDS = "tests/accounts/test_rights_requests.py::test_whoever_is_erased_leaves_no_words_in_what_was_asked"
ANSWERS = "tests/grammar/test_answers.py"
COPIES = "tests/accounts/test_copies.py"
CHILDREN = "tests/oauth/test_children.py"
YOUNG = "tests/accounts/test_rights_requests.py::test_nobody_becomes_too_young_to_be_a_volunteer"

# fmt: off
RIGHTS = (
    Mutant(
        "one's own judge", "domain/accounts/access.py",
        'answers = (signed_in & role("operator") & ~who_asks)', 'answers = (signed_in & role("operator"))',
        "an operator answers what they asked themselves", OWN,
    ),
    Mutant(
        "decided by a machine", "domain/accounts/access.py",
        'answers = (signed_in & role("operator")', 'answers = (role("operator")',
        "an application refuses what people ask, and nobody answers for it", OWN,
    ),
    Mutant(
        "erased for less", "domain/accounts/rights.py",
        "request.asks_for is not DataRight.ERASURE", "False",
        "whoever asked for an explanation is erased by a slip", LESS,
    ),
    Mutant(
        "a voice from beyond", "domain/accounts/rights.py",
        "work.get(Person, work.actor.person_id, lock=True)", "work.get(Person, work.actor.person_id)",
        "whoever asks while they are erased leaves their words behind", BEYOND,
    ),
    Mutant(
        "erasure leaves requests open", "domain/accounts/erasure.py",
        'work.move(request, "withdraw_rights_request")', "request.state",
        "operators go on with what nobody asks any longer", WORDS,
    ),
    Mutant(
        "one's own guardian", "domain/accounts/guarded.py",
        "guardian = await use_up(work, proof, Purpose.GUARDIAN)",
        "guardian = await use_up(work, proof, Purpose.CHILD)",
        "a child consents by the code that was sent to it", CHILDREN,
    ),
    Mutant(
        "anybody's guardian", "domain/accounts/erasure.py",
        "if person.id not in {account", "if False and person.id not in {account",
        "whoever has an address erases any account", CHILDREN,
    ),
    Mutant(
        "a guardian for ever", "domain/accounts/guarded.py",
        "WHERE lower(g.address) = lower($1) AND g.expires_at > $2 ORDER", "WHERE lower(g.address) = lower($1) ORDER",
        "the guardian of long ago erases somebody who is of age", CHILDREN,
    ),
    Mutant(
        "a child in a child's care", "domain/accounts/guarded.py",
        "if await work.run(OF_A_CHILD,", "if False and await work.run(OF_A_CHILD,",
        "two children consent for each other", CHILDREN,
    ),
    Mutant(
        "a copy that tells of others", "domain/accounts/called.py",
        "where(there.c.id == column, seen)", "where(there.c.id == column)",
        "one's own copy says what others are called whom one may not see", COPIES,
    ),
    Mutant(
        "answers for ever", "domain/answers.py",
        "WHERE deed_id < $1 ORDER BY deed_id LIMIT", "WHERE deed_id < $1 AND false ORDER BY deed_id LIMIT",
        "what was answered tells of people as long as the house stands", ANSWERS,
    ),
    Mutant(
        "a page of answers", "domain/answers.py",
        "    while last is not None:\n", "    if last:\n",
        "erasure looks at the oldest answers only", ANSWERS,
    ),
    Mutant(
        "answered during an erasure", "domain/answers.py",
        "WHERE deed_id >= $4 AND", "WHERE false AND deed_id >= $4 AND",
        "what is answered while somebody is being erased tells of them", ANSWERS,
    ),
    Mutant(
        "corrected into a child", "domain/accounts/rights.py",
        "        require_age(work, volunteer)\n", "",
        "a correction makes a volunteer of a child", YOUNG,
    ),
)
