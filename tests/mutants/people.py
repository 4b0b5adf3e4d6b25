"""Which faults would lose what people asked for: consent as it was given, times as said, invitations, days of proof?"""

from tests.mutants.mutant import Mutant

CONSENT = "tests/programmes/test_needs.py::"
INVITED = "tests/programmes/test_invitations.py::"
RENEWED = "tests/training/test_renewal.py::"
SERVED = "tests/volunteers/test_served.py::"
MATCHED = "tests/programmes/test_matching.py::"

# fmt: off
PEOPLE = (
    Mutant(
        "wherever a child is taken", "domain/programmes/eligibility.py",
        "within(place, shift.c.community_id == place),", "",
        "a guardian's consent to one community counts in every other",
        CONSENT + "test_a_guardian_says_how_far_their_consent_goes_and_narrowed_it_holds_the_seats_beyond_it",
    ),
    Mutant(
        "children in the flood", "domain/programmes/eligibility.py",
        "age >= _majority(here)", "age >= literal_column('0')",
        "where law keeps minors from rescue they serve in it",
        "tests/programmes/test_eligibility.py::test_where_law_keeps_minors_from_danger_no_consent_lets_them_serve_in_it",
    ),
    Mutant(
        "late at night", "domain/volunteers/consent.py",
        "ends.time() <= time.fromisoformat(latest)", "ends.time() >= time.min",
        "a minor is checked in to what ends later than their guardian allows",
        CONSENT + "test_beyond_a_guardians_consent_nobody_signs_up_and_nobody_is_checked_in",
    ),
    Mutant(
        "a little available", "domain/volunteers/times.py",
        "last <= until)", "last >= until)",
        "whoever leaves before the shift ends is asked first",
        MATCHED + "test_whoever_can_at_that_time_comes_first_and_nobody_is_refused_by_it",
    ),
    Mutant(
        "an invitation opens doors", "domain/programmes/commands/invitations.py",
        "    require_all(work, asked)\n", "",
        "whoever is invited passes by waves and by a guardian's consent",
        INVITED + "test_accepting_asks_what_signing_up_asks_and_is_no_way_around_waves",
    ),
    Mutant(
        "asked again and again", "domain/programmes/commands/invitations.py",
        'if known["has_declined"]:', 'if known["was_removed"]:',
        "whoever declined is invited to the same shift again",
        INVITED + "test_nobody_is_asked_twice_or_after_they_said_no_or_were_taken_off",
    ),
    Mutant(
        "an answer too late", "domain/programmes/commands/invitations.py",
        "if not invitation_stands.test(work.actor, invitation):", "if False:",
        "an invitation is accepted after its time",
        INVITED + "test_unanswered_it_expires_by_the_clock_and_never_after_the_shift_begins",
    ),
    Mutant(
        "who was in need", "domain/volunteers/conversions.py",
        "enough = counted.c.served >= fewest.c.value", "enough = counted.c.served >= 1",
        "one reads of a few people that they were served", SERVED + "test_of_few_nothing_is_told_apart",
    ),
    Mutant(
        "volunteers before they were served", "domain/volunteers/commands/served.py",
        "if await work.first(Volunteer, BY_PERSON, person=person.id):", "if False:",
        "whoever serves for long is counted as won over",
        SERVED + "test_nobody_is_noted_before_they_were_served_nor_who_serves_already",
    ),
    Mutant(
        "days lost by diligence", "domain/volunteers/commands/competences.py",
        "since = old.until + timedelta(days=1) if old and old.until else work.today", "since = work.today",
        "whoever renews early loses the days that were left",
        RENEWED + "test_passed_again_in_time_no_day_is_lost_and_too_early_none_is_won",
    ),
    Mutant(
        "certificates beyond their day", "domain/volunteers/commands/competences.py",
        "competence.until + grace if learnt_here else competence.until", "competence.until + grace",
        "a certificate of others counts longer than it says",
        RENEWED + "test_a_certificate_of_others_holds_as_long_as_it_says_and_not_a_day_longer",
    ),
    Mutant(
        "in the classroom and in the kitchen", "domain/programmes/eligibility.py",
        ", ~_learns(volunteer, shift))", ")",
        "somebody serves and learns at the same time",
        RENEWED + "test_whoever_learns_at_that_time_does_not_serve",
    ),
    Mutant(
        "a course too late", "domain/training/nearest.py",
        "training.c.ends_at <= before", "training.c.ends_at >= before",
        "the course that is named ends after the shift",
        RENEWED + "test_whoever_lacks_a_skill_is_told_which_and_the_nearest_course_that_is_over_before",
    ),
)
