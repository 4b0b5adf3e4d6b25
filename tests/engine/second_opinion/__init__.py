"""What is the second opinion asked about? Queries by theme, each with a name."""

from tests.engine.second_opinion import fields, fragments, lists, operations, values
from tests.engine.second_opinion.setting import Case

CASES: dict[str, Case] = {
    f"{theme}: {name}": case
    for part in (fields, fragments, lists, operations, values)
    for theme, cases in part.THEMES.items()
    for name, case in cases.items()
}
