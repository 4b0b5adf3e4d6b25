"""Which faults would let somebody pass for a person? In second steps, passkeys, sessions, and how often one may try."""

from tests.mutants.mutant import Mutant

STEPS = "tests/oauth/test_factors.py::test_a_code_counts_on_any_keyboard_one_step_early_or_late_and_never_twice"
STEPS_AT_ONCE = "tests/oauth/test_factors.py::test_a_code_opens_one_of_twenty_sign_ins_at_once"
HALF = "tests/oauth/test_factors.py::test_a_password_alone_opens_nothing_once_an_app_is_set_up"
HALF_ENDS = "tests/oauth/test_factors.py::test_half_a_sign_in_is_over_after_minutes_and_with_a_new_password"
ONE_STEP = "tests/oauth/test_factors.py::test_the_step_is_taken_once_although_both_codes_are_good"
RECENTLY = "tests/oauth/test_factors.py::test_factors_change_only_for_who_signed_in_recently_by_a_form_of_ours"
PACE_OF_CODES = "tests/oauth/test_factors.py::test_codes_are_tried_at_a_pace_that_spares_the_owner"
FORGED = "tests/oauth/test_passkeys.py::test_forged_answers_sign_nobody_in"
COPIES = "tests/oauth/test_passkeys.py::test_one_counter_opens_one_of_many_at_once"
ANSWERED_ONCE = "tests/oauth/test_passkeys.py::test_an_answer_counts_once_in_its_own_browser_for_minutes"
SUSPENDED = "tests/oauth/test_passkeys.py::test_a_suspended_person_signs_in_by_no_passkey"
ELSEWHERE = "tests/oauth/test_sessions.py::test_one_is_signed_out_elsewhere_with_its_tokens_and_codes"
DISTRIBUTED = "tests/oauth/test_sessions.py::test_guesses_from_ever_new_addresses_are_held_to_a_pace"
KNOWN = "tests/oauth/test_sessions.py::test_the_owners_browser_is_known_while_the_world_guesses"
FORGOTTEN = "tests/oauth/test_sessions.py::test_a_new_password_forgets_the_browsers_that_were_known_by_the_one_before"
SPELLED = "tests/oauth/test_sessions.py::test_an_account_is_one_however_its_address_is_typed"

# fmt: off
FACTORS = (
    Mutant(
        "a code again", "domain/accounts/authenticators.py",
        "WHERE person_id = $1 AND last_step < $2 RETURNING", "WHERE person_id = $1 RETURNING",
        "a code that somebody watched opens the account a second time, in another process", STEPS_AT_ONCE,
    ),
    Mutant(
        "a code for minutes", "domain/accounts/authenticators.py",
        "(current, current - 1, current + 1)", "range(current - 1, current + 9)",
        "a code is good minutes before its time", STEPS,
    ),
    Mutant(
        "one factor is two", "api/oauth/pages/visit.py",
        '"mfa" not in amr and await', "False and await",
        "the password opens what was to need two steps", HALF,
    ),
    Mutant(
        "half a sign-in outlives the password", "domain/accounts/credentials.py",
        "        work.also(END_UNDER_WAY, person)\n", "",
        "whoever knew the old password still stands before the second step", HALF_ENDS,
    ),
    Mutant(
        "two sessions of one step", "api/oauth/pages/second_step.py",
        "if await ceremonies.end(self.run, Ceremony.SECOND_STEP, browser.visitor, now) is None:", "if False:",
        "one half sign-in becomes several", ONE_STEP,
    ),
    Mutant(
        "an open browser", "api/oauth/pages/visit.py",
        "return self.house.clock() - person.auth_time < RECENT", "return True",
        "whoever finds a browser open adds a passkey of theirs", RECENTLY,
    ),
    Mutant(
        "codes without a pace", "api/oauth/pages/second_step.py",
        "self.run, account, place, now, pace", "self.run, account, place, now",
        "six digits are found from many addresses", PACE_OF_CODES,
    ),
    Mutant(
        "a passkey of whoever holds it", "api/oauth/passkeys.py",
        """            credential_current_sign_count=known["sign_count"],
            require_user_verification=True,""",
        """            credential_current_sign_count=known["sign_count"],
            require_user_verification=False,""",
        "a found telephone is two factors", FORGED,
    ),
    Mutant(
        "a passkey of another", "api/oauth/passkeys.py",
        "if credential.response.user_handle != person.bytes:", "if False:",
        "a device that names another owner is believed", FORGED,
    ),
    Mutant(
        "a copied passkey", "domain/accounts/authenticators.py",
        "AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))", "",
        "two answers of one count open two sessions at once", COPIES,
    ),
    Mutant(
        "a challenge again", "domain/accounts/ceremonies.py",
        'END = "DELETE FROM under_way WHERE digest = $1 AND expires_at > $2 RETURNING person_id, says"', "END = LOOK",
        "an answer that was overheard is given again", ANSWERED_ONCE,
    ),
    Mutant(
        "a suspended person's passkey", "domain/accounts/authenticators.py",
        "WHERE k.credential = $1 AND p.state = 'active'", "WHERE k.credential = $1",
        "whoever was sent away comes in by another door", SUSPENDED,
    ),
    Mutant(
        "another's session ended", "api/oauth/store.py",
        'ending("person_id = $2 AND login_session.id = $3")', 'ending("$2 <> $3 AND login_session.id = $3")',
        "anybody signs out anybody", ELSEWHERE,
    ),
    Mutant(
        "guesses from everywhere", "api/oauth/throttle.py",
        "pace is None or await _even(", "True or await _even(",
        "a thousand machines guess a thousand times as often", DISTRIBUTED,
    ),
    Mutant(
        "everybody's browser", "domain/accounts/authenticators.py",
        'return fingerprint(f"{cookie}\\n{person}")', "return fingerprint(cookie)",
        "a browser in which anybody signed in may guess at everybody", KNOWN,
    ),
    Mutant(
        "a browser known by the old password", "domain/accounts/credentials.py",
        "        work.also(FORGET_BROWSERS, person)\n", "",
        "whoever knew the password before guesses at the new one, held to no pace", FORGOTTEN,
    ),
    Mutant(
        "an account for each spelling", "api/oauth/pages/sign_in.py",
        "account = email or phone or identifier", "account = identifier",
        "a number is guessed at anew with each blank", SPELLED,
    ),
)
# fmt: on
