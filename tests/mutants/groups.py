"""Which faults would let a group hold what it has no right to, or leave seats to nobody?"""

from tests.mutants.mutant import Mutant

TESTS = "tests/programmes/test_groups.py::"

# fmt: off
GROUPS = (
    Mutant(
        "a member unasked", "domain/programmes/commands/groups.py",
        "    require_all(work, asked)\n    work.change(booking", "    work.change(booking",
        "whoever comes with a group needs no guardian's consent",
        TESTS + "test_what_each_member_lacks_is_told_to_them_alone",
    ),
    Mutant(
        "seats for nobody", "domain/programmes/groups.py",
        "    await offer_free_seats(work, shift)\n    return booking", "    return booking",
        "seats that a group does not need stay empty while others wait",
        TESTS + "test_seats_without_a_name_go_to_those_who_wait_when_names_are_due",
    ),
    Mutant(
        "one more than booked", "domain/programmes/commands/groups.py",
        "    if not booking.unnamed:", "    if booking.unnamed < -9:",
        "a code that went round too far takes seats that are not the group's",
        TESTS + "test_seats_are_held_before_names_and_members_take_them_by_the_groups_code",
    ),
)
