"""What the users of other systems suffer from is answered here, each by a test that names it ("pain 12")."""

import re
from pathlib import Path

#: As their threads tell it: the volunteers', the leaders' and the offices' complaints, by number.
PAINS = {
    1: "The waitlist is moved by hand, and whoever moves up is not asked",
    2: "One person answers for a group, whose names come later than its seats",
    3: "Minors serve without anybody's consent, at any hour, at anything",
    4: "Whoever is early takes all the good shifts",
    5: "Some work without rest, and nothing stops them",
    6: "The same time is booked twice, or counted twice",
    7: "Whoever comes by without an account cannot take part",
    8: "Nobody can tell whether everybody came",
    9: "Nobody minds an absence, or a penalty falls unexplained",
    10: "People are turned away and not told why, nor what to do",
    11: "Somebody was marked wrong, and it cannot be set right",
    12: "In the last two days nobody can say that they cannot come",
    13: "The hours that were really given differ from the shift's",
    14: "Nobody hears that hours were corrected, or what waits for them",
    15: "Whoever approved by mistake cannot take it back",
    16: "A proof runs out from one day to the next, without a time to renew it",
    17: "Whoever checks in from the sofa has come",
    18: "Letters are in the sender's language",
    19: "The calendar is an hour off, and shows everything twice",
    20: "The report says something else than the ledger",
    21: "Hours that were given elsewhere count for nothing at home",
    22: "Eighty-three hours in a day, hours of tomorrow, hours that nobody confirmed",
    24: "Erasing a person spoils the statistics, or leaves too much of them",
    25: "Trust that was given in haste cannot be taken back",
    26: "Whoever serves cannot manage what they signed up for",
    27: "Without a network nobody can check in",
    28: "Reminding everybody is a hundred letters, and so is asking who could help out",
    30: "The list that is exported is not the list on the screen",
}


def test_every_pain_is_answered_by_a_test_that_names_it() -> None:
    here = Path(__file__)
    tests = (file.read_text(encoding="utf-8") for file in here.parent.rglob("test_*.py") if file != here)
    named = {int(number) for text in tests for number in re.findall(r"pain (\d+)", text, re.IGNORECASE)}
    assert sorted(named) == sorted(PAINS)
