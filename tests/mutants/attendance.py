"""Which faults would credit time that nobody gave, or call somebody absent who came?"""

from tests.mutants.mutant import Mutant

ABSENCES = "tests/programmes/test_absences.py"
OFFLINE = "tests/programmes/test_offline.py"
SHOWN = "tests/programmes/test_qr_and_kiosk.py"
SPOT = "tests/programmes/test_on_the_spot.py"
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
        "a worker who serves says when they left",
        f"{LEAVING}::test_a_worker_who_served_does_not_confirm_their_own_time",
    ),
    Mutant(
        "silence counts as absence", "domain/programmes/commands/absences.py",
        "UNHEARD_OF, lock=True, shift=shift.id) if was_taken else []", "UNHEARD_OF, lock=True, shift=shift.id)",
        "whoever served where nobody keeps a list is called absent",
        f"{ABSENCES}::test_where_nobody_took_note_of_who_came_nobody_is_presumed_absent",
    ),
    Mutant(
        "the clock answers an explanation", "domain/programmes/models/attendance.py",
        " and not self.is_explained", "",
        "who explained an absence in time is noted as absent unread",
        f"{ABSENCES}::test_what_was_explained_waits_for_an_answer_and_not_for_the_clock",
    ),
    Mutant(
        "the roll ends after one portion", "domain/programmes/commands/absences.py",
        "work.now if len(expected) < MOST else None", "work.now",
        "of a crowd only the first 200 are noted", f"{ABSENCES}::test_the_roll_of_a_crowd_is_called_in_portions",
    ),
    Mutant(
        "oneself on the list", "domain/programmes/commands/on_the_spot.py",
        "            require_somebody_else(work, volunteer)\n            require_seat",
        "            require_seat",
        "a worker who signs up and stays at home ticks their own name",
        f"{SPOT}::test_nobody_ticks_themselves_and_no_volunteer_ticks_others",
    ),
    Mutant(
        "a seat over capacity", "domain/programmes/commands/on_the_spot.py",
        "if shift.taken >= shift.capacity:", "if shift.taken > shift.capacity:",
        "who comes without a seat sits on somebody's lap",
        f"{SPOT}::test_of_many_who_come_at_once_as_many_are_admitted_as_there_are_seats",
    ),
    Mutant(
        "a picture of the screen is good for ever", "domain/programmes/qr.py",
        "return 0 <= _period(work, shift) - n <= STILL_GOOD", "return n <= _period(work, shift)",
        "one who is there sends it to all who are not",
        f"{SHOWN}::test_a_code_is_good_in_its_own_period_and_the_two_after_it",
    ),
    Mutant(
        "one key for all shifts", "domain/programmes/qr.py",
        'fingerprint(f"check-in {shift.id}")', 'fingerprint("check-in")',
        "the code of one shift opens every other",
        f"{SHOWN}::test_a_code_of_another_shift_or_of_tomorrow_or_signed_by_others_is_wrong",
    ),
    Mutant(
        "far is near", "domain/programmes/geofence.py",
        "distance <= radius", "distance >= radius",
        "who is there is listed, and who is not is not",
        "tests/programmes/test_evidence.py::test_who_is_far_away_with_the_right_code_checks_in_and_is_listed",
    ),
    Mutant(
        "what a device noted counts twice", "domain/programmes/commands/offline.py",
        "if known := await work.first(OfflineEvent, SAME, device=device.id, seq=noted.seq):", "if known := None:",
        "whoever hands in again hears a no, and does not know what became of it",
        f"{OFFLINE}::test_what_is_handed_in_again_counts_once",
    ),
    Mutant(
        "a stolen device goes on", "domain/programmes/commands/offline.py",
        "if device.state == DeviceState.REVOKED:", "if False:",
        "the thief checks in friends", f"{OFFLINE}::test_a_device_that_was_stolen_is_believed_no_longer_and_only_by_"
        "its_owners_word_before",
    ),
)
