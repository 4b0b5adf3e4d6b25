"""Which faults would let volunteers serve by what was true before, or take a seat from somebody for nothing?"""

from tests.mutants.mutant import Mutant

TESTS = "tests/programmes/test_changes.py::"
POSITIONS = "tests/programmes/test_positions.py::"
REVIEWS = "tests/programmes/test_reviews.py::"

# fmt: off
CHANGES = (
    Mutant(
        "what was needed before", "domain/programmes/commands/information.py",
        "NOW, **will_be)", "NOW)",
        "who cannot do first aid keeps the seat of a first-aider",
        TESTS + "test_what_is_needed_from_now_on_is_asked_of_every_seat_ahead_and_no_longer_when_it_is_not_needed",
    ),
    Mutant(
        "shifts do not hold still", "domain/programmes/commands/information.py",
        "await work.all(Shift, ahead.shifts, lock=True, **about)", "await work.all(Shift, ahead.shifts, **about)",
        "who signs up just then has a seat by what was needed before",
        TESTS + "test_whoever_signs_up_while_more_is_needed_never_has_a_seat_without_it",
    ),
    Mutant(
        "a position needs nothing", "domain/programmes/eligibility.py",
        "opportunity.c[what].concat(func.coalesce(position.c[what], NOTHING))", "opportunity.c[what]",
        "whoever speaks no German interprets from it",
        POSITIONS + "test_it_needs_what_all_need_and_what_it_needs_itself",
    ),
    Mutant(
        "a position of somewhere else", "domain/programmes/commands/shifts.py",
        "if position.opportunity_id != opportunity.id:", "if position.opportunity_id is None:",
        "shifts are opened for what is done somewhere else",
        POSITIONS + "test_a_shift_is_opened_for_a_position_of_its_own_opportunity_and_while_it_is_wanted",
    ),
    Mutant(
        "late for what changed", "domain/programmes/commands/signups.py",
        "shift.moved_at, opportunity.changed_at, position", "shift.moved_at, None, position",
        "who gives a seat back because of a new risk is noted as late",
        TESTS + "test_whoever_signed_up_for_something_else_is_not_late_in_giving_the_seat_back",
    ),
    Mutant(
        "back at once", "domain/programmes/eligibility.py",
        "SignupState.REMOVED, SignupState.REFUSED", "SignupState.REFUSED",
        "whoever was taken off a shift signs up again a second later",
        TESTS + "test_a_seat_that_is_taken_away_goes_to_the_next_in_line_and_its_holder_reads_why",
    ),
    Mutant(
        "decided by nobody", "domain/programmes/commands/signups.py",
        "    if shift.reviewed:", "    if shift.reviewed and not shift.reviewed:",
        "whoever signs up is confirmed before anybody has decided",
        REVIEWS + "test_the_seat_is_held_until_it_is_decided_and_is_theirs_then",
    ),
    Mutant(
        "approved by oneself", "domain/programmes/access.py",
        "leads(Signup) & ~who_signed_up", "leads(Signup) & ~nobody",
        "a social worker approves their own signup",
        REVIEWS + "test_whoever_leads_decides_and_nobody_about_themselves",
    ),
)
