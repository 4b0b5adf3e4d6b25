"""Which faults would lose a shift that recurs, or open one twice?"""

from tests.mutants.mutant import Mutant

COMMANDS = "domain/programmes/commands/series.py"
TESTS = "tests/programmes/test_series.py::"

FOLLOWING = "tests/programmes/test_following.py::"

# fmt: off
SERIES = (
    Mutant(
        "a day too late", "domain/programmes/models/series.py",
        "day - timedelta(days=self.opens_ahead)", "day - timedelta(days=self.opens_ahead - 1)",
        "shifts open later than those who wait for them were told",
        TESTS + "test_the_shifts_of_the_next_days_open_at_once_and_the_others_as_they_come_near",
    ),
    Mutant(
        "what is over is opened", COMMANDS,
        "if shift.starts_at > work.now:", "if shift is not None:",
        "after a long sleep the clock fails for ever at a day that is over",
        TESTS + "test_three_clocks_at_once_open_each_shift_once_after_a_long_sleep_those_that_are_not_over",
    ),
    Mutant(
        "make-up days are holidays", "domain/calendar.py",
        " and not is_working_day(day)", "",
        "on a Saturday that is worked for a holiday nothing takes place",
        TESTS + "test_it_rests_on_public_holidays_but_not_on_the_days_made_up_for_them",
    ),
    Mutant(
        "those before too", COMMANDS,
        'col(Shift.occurrence) >= bindparam("day")', 'bindparam("day").is_not(None)',
        "who ends a series from a day on calls off what was promised before it",
        TESTS + "test_ending_it_calls_off_what_lies_ahead_from_that_day_with_every_signup",
    ),
    Mutant(
        "what was moved on its own", "domain/programmes/commands/following.py",
        "if (shift.starts_at, shift.ends_at) == series.times_of(shift)", "if shift.occurrence",
        "the one that was moved for a holiday is moved back onto it",
        FOLLOWING + "test_what_was_moved_resized_or_called_off_on_its_own_stays",
    ),
    Mutant(
        "each by itself", "domain/programmes/commands/rescheduling.py",
        "NOW, others=AS_PLANNED)", "NOW)",
        "whoever has seats in two shifts that move together is told of a clash that will never be",
        FOLLOWING + "test_seats_in_several_that_move_are_asked_about_as_all_will_be",
    ),
    Mutant(
        "twice as many", "domain/programmes/recurrence.py",
        'int(parts["COUNT"]) - over', 'int(parts["COUNT"])',
        "four more days follow after the last",
        FOLLOWING + "test_what_is_not_open_yet_opens_in_the_series_whose_day_it_is",
    ),
)
