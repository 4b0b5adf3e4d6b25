"""Who may do what with rules?"""

from domain.access import Rules, anyone, role

RULES = Rules(
    "regulations",
    add_rule=role("operator"),
    amend_rule=role("operator"),
    see_rule=anyone,
)
