"""Which faults would wake people, tell them twice, or go on writing to them?"""

from tests.mutants.mutant import Mutant

TESTS = "tests/notifications/test_when.py::"

# fmt: off
NOTIFICATIONS = (
    Mutant(
        "midnight ends the quiet hours", "domain/notifications/quiet.py",
        "else begin <= clock or clock < end", "else begin <= clock",
        "telephones ring from midnight on",
        TESTS + "test_quiet_hours_end_once_by_the_clock_of_china",
    ),
    Mutant(
        "too late for the morning", "domain/notifications/telling.py",
        "waits_until if waits_until and waits_until < ends else None", "waits_until",
        "who is reminded at night of a shift at seven hears of it at eight",
        TESTS + "test_what_would_be_of_no_use_in_the_morning_is_written_at_night",
    ),
    Mutant(
        "opened is stopped", "api/oauth/pages/letters.py",
        'if request.method == "POST":', "if request.method:",
        "a mail scanner that opens every link stops everybody's letters",
        TESTS + "test_one_click_in_a_mail_program_stops_letters_of_the_kind_and_nothing_else",
    ),
    Mutant(
        "any proof will do", "api/letters/stopping.py",
        "return seal.key is not None and ", "return seal.key is not None or ",
        "whoever guesses an id stops somebody else's letters",
        TESTS + "test_a_link_that_we_did_not_make_stops_nothing",
    ),
    Mutant(
        "reminded for ever", "domain/programmes/commands/shifts.py",
        '"remind_ahead", reminded_at=work.now, remind_at=None', '"remind_ahead", reminded_at=work.now',
        "the clock reminds of a shift without end",
        TESTS + "test_who_has_a_seat_is_reminded_a_day_ahead_by_the_clock_once",
    ),
)
