"""Which faults would let a seat rest on what has ended, or take it from somebody at once?"""

from tests.mutants.mutant import Mutant

TESTS = "tests/programmes/test_needs.py::"

# fmt: off
NEEDS = (
    Mutant(
        "proof that ends still counts", "domain/programmes/eligibility.py",
        "table.c.id.is_distinct_from(without)", "table.c.id.is_not(None)",
        "whoever's first aid was revoked serves as a first-aider", TESTS + "test_one_act_says_why_the_seat_is_held",
    ),
    Mutant(
        "consent that was is consent", "domain/volunteers/commands/guardians.py",
        "    work.change(volunteer, **NO_CONSENT)\n    await recheck_seats(work, volunteer)",
        "    await recheck_seats(work, volunteer)\n    work.change(volunteer, **NO_CONSENT)",
        "a minor keeps a seat without a guardian's consent",
        TESTS + "test_consent_taken_back_leaves_the_seats_until_somebody_consents_anew",
    ),
    Mutant(
        "whoever is there is sent away", "domain/programmes/commands/needs.py",
        "is_in(Attendance.state, *CAME)", "is_in(Attendance.state, *(CAME - CAME))",
        "somebody who has checked in loses the seat", TESTS + "test_whoever_has_come_already_is_asked_nothing_more",
    ),
    Mutant(
        "unlocked", "domain/volunteers/commands/competences.py",
        "work.get(Volunteer, competence.volunteer_id, lock=True)", "work.get(Volunteer, competence.volunteer_id)",
        "who signs up just then has a seat by proof that was revoked",
        TESTS + "test_whoever_signs_up_while_their_proof_is_revoked_never_has_a_seat_that_rests_on_it",
    ),
)
