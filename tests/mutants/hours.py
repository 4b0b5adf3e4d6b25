"""Which faults would let somebody decide about hours in which they have a stake, or that are beyond them?"""

from tests.mutants.mutant import Mutant

CASES = "tests/hours/test_cases.py"
KINSHIP = "tests/hours/test_kinship.py"
TIERS = "tests/hours/test_tiers.py"

# fmt: off
HOURS = (
    Mutant(
        "the day is not added up", "domain/hours/tiers.py",
        "total = entry.minutes + sum(other.minutes for other in others)", "total = entry.minutes",
        "thirteen hours of a day are verified nearby, a few at a time",
        f"{TIERS}::test_a_day_of_up_to_eight_hours_is_verified_by_whoever_leads_and_a_longer_one_further_away",
    ),
    Mutant(
        "the second is of the same organization", "domain/hours/access.py",
        "return SPEAKS_FOR[tier] & ~state_in(HourEntry.first_verified_for, tier)", "return SPEAKS_FOR[tier]",
        "two people of one organization fill its quota",
        f"{TIERS}::test_beyond_the_quota_of_hours_by_hand_two_people_of_different_organizations_verify",
    ),
    Mutant(
        "the second is the first", "domain/hours/access.py",
        """ & ~is_actor(
    HourEntry.first_verified_by_id
)""", "",
        "somebody with two hats is two people", f"{TIERS}::test_somebody_with_two_hats_is_one_person",
    ),
    Mutant(
        "whoever had a part decides", "domain/hours/access.py",
        "    & ~had_a_part\n", "",
        "whoever logged hours judges whether they were right", CASES,
    ),
    Mutant(
        "relatives only as declared by the other", "domain/hours/access.py",
        "is_actor(Kinship.relative_id) & declared) | some(", "anyone & ~anyone) | some(",
        "a mother verifies her son's hours if he declared it", KINSHIP,
    ),
    Mutant(
        "a day of six days", "domain/hours/anomalies.py",
        "minutes > rule.c.value)", "minutes > rule.c.value * 9)",
        "eighty-three hours in a day are nobody's business", "tests/hours/test_anomalies.py",
    ),
    Mutant(
        "the seed is known beforehand", "domain/hours/commands/audits.py",
        "if since <= work.today:", "if until < since:",
        "an officer announces a period whose entries are there already", "tests/hours/test_audits.py",
    ),
    Mutant(
        "lots without the seed", "domain/hours/drawing.py",
        """f"{seed}:{entry}".encode()""", "entry.encode()",
        "the same entries are drawn whatever the seed", "tests/hours/test_audits.py",
    ),
    Mutant(
        "kinship is not loaded", "domain/hours/commands/deciding.py",
        "return await work.all(Kinship, KIN, actor=work.actor.id)", "return []",
        "what is said in SQL and what is done differ", KINSHIP,
    ),
    Mutant(
        "an ended kinship stands", "domain/hours/access.py",
        "state_in(Kinship.state, KinshipState.DECLARED)", "state_in(Kinship.state, *KinshipState)",
        "a mistake keeps a worker from their work for ever", KINSHIP,
    ),
    Mutant(
        "a Saturday that is made up for a holiday rests", "domain/calendar.py",
        "bool(chinese_calendar.is_workday(day)) if is_announced(day.year) else day.weekday() < SATURDAY",
        "day.weekday() < SATURDAY",
        "records fall due on another day than the law says", "tests/programmes/test_records.py",
    ),
    Mutant(
        "a day to record by moves earlier", "domain/programmes/commands/records.py",
        "due = max(told, shift.record_due)", "due = shift.record_due",
        "who was told the seventh is late on the sixth", "tests/programmes/test_records.py",
    ),
    Mutant(
        "only who checked in is to be recorded", "domain/programmes/records.py",
        "        ~exists().where(its_attendance, is_in(Attendance.state, *NOT_SERVED)),",
        "        exists().where(its_attendance, ~is_in(Attendance.state, *NOT_SERVED)),",
        "where nobody took note of who came no record is ever late", "tests/programmes/test_records.py",
    ),
    Mutant(
        "what was granted for hours outlives them", "domain/hours/commands/deciding.py",
        "    await fall_with(work, entry)\n", "",
        "a certificate stands on hours that never were", "tests/hours/test_cascade.py",
    ),
)
