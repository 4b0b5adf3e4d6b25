"""Of which deeds is nobody told, and why not? Each deed about people's service is told of, or stands here."""

ON_THE_SPOT = "Whoever it is done to stands there."
ONLY_THEMSELVES = "Only they themselves do it, and see at once what came of it."
OWN_FORM = "It is their own form, or their child's, and shows what is in it."
NOBODY_YET = "Nobody has signed up for it yet."
NOTHING_AHEAD = "It can only be done once no shift is ahead."
SHIFTS_TELL = "What it means for those who signed up is told of each of their signups."
EACH_IS_TOLD = "Each entry is a deed of its own, of which its volunteer is told."
EACH_ENROLMENT = "What it means for those who enrolled is told of each of their enrolments."
NOT_DECIDED = "It decides nothing: what is decided about it is told."
NO_CHANGE = "Nothing changes for whoever signed up."
PUBLIC = "It is about no volunteer, and is there for everybody to read."

#: Verb → why nobody is told.
SILENT: dict[str, str] = {
    "plan_service": NOBODY_YET,
    "publish_plan": NOBODY_YET,
    "close_plan": NOTHING_AHEAD,
    "cancel_plan": NOTHING_AHEAD,
    "create_opportunity": NOBODY_YET,
    "publish_opportunity": NOBODY_YET,
    "close_opportunity": NOTHING_AHEAD,
    "cancel_opportunity": NOTHING_AHEAD,
    "add_position": NOBODY_YET,
    "retire_position": NOTHING_AHEAD,
    "offer_agreement": "Whoever needs one is told so when they sign up; what was signed before stays.",
    "open_series": NOBODY_YET,
    "extend_series": NOBODY_YET,
    "change_series": SHIFTS_TELL,
    "end_series": SHIFTS_TELL,
    "open_shift": NOBODY_YET,
    "change_capacity": NO_CHANGE,
    "open_in_waves": NO_CHANGE,
    "cancel_shift": SHIFTS_TELL,
    "start_shift": NO_CHANGE,
    "end_shift": NO_CHANGE,
    "call_roll": SHIFTS_TELL,
    "review_record": "It leads to a reminder or to an overdue record, of which those who answer for it are told.",
    "recount_record_due": NO_CHANGE,
    "complete_record": NO_CHANGE,
    "accept_offer": ONLY_THEMSELVES,
    "show_check_in_code": ON_THE_SPOT,
    "check_in": ON_THE_SPOT,
    "miss_check_in_code": ON_THE_SPOT,
    "check_in_many": ON_THE_SPOT,
    "check_in_at_kiosk": ON_THE_SPOT,
    "hand_over": "Whose seat it was is told that it was taken over.",
    "admit_walk_in": "It follows that they sign up, of which they are told.",
    "begin_break": ON_THE_SPOT,
    "end_break": ON_THE_SPOT,
    "check_out": ON_THE_SPOT,
    "register_device": ONLY_THEMSELVES,
    "revoke_device": ONLY_THEMSELVES,
    "replay_event": ON_THE_SPOT,
    "cancel_attendance": SHIFTS_TELL,
    "expire_invitation": "Unanswered, nothing changes for anybody; whoever invited sees it there.",
    "book_group": ONLY_THEMSELVES,
    "join_group": ONLY_THEMSELVES,
    "create_course": NOBODY_YET,
    "publish_course": NOBODY_YET,
    "close_course": "It can only be done once no training is ahead.",
    "open_training": NOBODY_YET,
    "change_places": NO_CHANGE,
    "cancel_training": EACH_ENROLMENT,
    "start_training": EACH_ENROLMENT,
    "end_training": NO_CHANGE,
    "complete_training": "What it leads to is told: that they can do it now, or the assessment's result.",
    "pass_assessment": "That they can do it now is told by the competence.",
    "enrol": ONLY_THEMSELVES,
    "accept_place": ONLY_THEMSELVES,
    "log_hours": NOT_DECIDED,
    "log_shift_hours": NOT_DECIDED,
    "verify_shift_hours": EACH_IS_TOLD,
    "finalize_hours": "It counted before, and counts as before.",
    "resubmit_hours": NOT_DECIDED,
    "announce_audit": PUBLIC,
    "draw_audit": PUBLIC,
    "withdraw_served": "It is counted no longer, and nothing else changes for anybody.",
    "register_volunteer": ONLY_THEMSELVES,
    "accept_charter": ONLY_THEMSELVES,
    "update_volunteer": OWN_FORM,
    "speak_language": OWN_FORM,
    "show_identity": OWN_FORM,
    "mistake_identity": "Whoever typed the number looks again; what they find is told.",
    "withdraw_identity": OWN_FORM,
    "record_competence": OWN_FORM,
    "withdraw_competence": OWN_FORM,
}
