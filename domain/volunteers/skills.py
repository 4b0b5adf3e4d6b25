"""How are skills written?"""

import re

from domain.errors import Invalid

MOST_SKILLS = 50
SKILL = re.compile(r"[a-z][a-z0-9_]{1,39}")


def skill_codes(typed: list[str]) -> list[str]:
    """Each code once, in order."""
    if len(typed) > MOST_SKILLS or not all(SKILL.fullmatch(code) for code in typed):
        raise Invalid(
            "wrong_skill",
            f"Skills are up to {MOST_SKILLS} codes of small letters, digits and underscores, as first_aid.",
            f"技能须为不超过 {MOST_SKILLS} 个由小写字母、数字和下划线组成的代码，如 first_aid。",
            path="skills",
        )
    return sorted(set(typed))


def skill_code(typed: str) -> str:
    """One code."""
    if not SKILL.fullmatch(typed):
        raise Invalid(
            "wrong_skill",
            "A skill is a code of small letters, digits and underscores, as first_aid.",
            "技能须为由小写字母、数字和下划线组成的代码，如 first_aid。",
            path="skill",
        )
    return typed
