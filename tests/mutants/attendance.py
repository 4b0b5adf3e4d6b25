"""Which faults would credit time that nobody gave, or call somebody absent who came?"""

from tests.mutants.mutant import Mutant

LEAVING = "tests/programmes/test_leaving.py"

# fmt: off
ATTENDANCE = (
    Mutant(
        "breaks are credited", "domain/programmes/presence.py",
        "(left - came - paused)", "(left - came)",
        "whoever has a long lunch is credited for it", f"{LEAVING}::test_breaks_are_not_counted",
    ),
    Mutant(
        "a code vouches for what somebody said later", "domain/hours/evidence.py",
        " and attendance.decided_by_id is None", "",
        "a time from memory passes for one that was taken",
        f"{LEAVING}::test_a_forgotten_check_out_credits_nothing_until_somebody_confirms_it",
    ),
    Mutant(
        "one's own time confirmed", "domain/programmes/access.py",
        " & ~via(Attendance.signup_id, Signup, who_signed_up)", "",
        "a worker who serves says when they left", f"{LEAVING}::test_a_worker_who_served_does_not_confirm_their_own_time",
    ),
)
