"""How is a statement shown to people? Every clause of a subquery on a line of its own, every key of the JSON likewise.

Formatters for SQL in general indent by the column of an opening parenthesis; what prints nested JSON would end far to
the right of any page.
"""

import re
from itertools import pairwise

TOKEN = re.compile(r"E?'(?:[^']|'')*'|(?:LEFT OUTER )?JOIN|GROUP BY|ORDER BY|\w+|\s+|.", re.DOTALL)
CLAUSES = {"SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT"}
STEP = "  "


def laid_out(sql: str) -> str:
    """The same statement: only the space between its words is another."""
    words = [" " if word.isspace() else word for word in TOKEN.findall(sql)]
    done: list[str] = []
    within = ["SELECT"]
    """For each parenthesis around the place at hand, the clause of the subquery in it; nothing if none is in it."""
    for word, following in pairwise([*words, ""]):
        depth = sum(map(bool, within)) - 1
        if word in CLAUSES and within[-1]:
            within[-1] = word
            _break(done, depth)
        elif word.endswith("JOIN") or (word in {"AND", "OR"} and within[-1]) or word.startswith("',\""):
            _break(done, depth + 1)
        elif word == ")" and within.pop():
            _break(done, depth - 1)
        if word != " " or not done[-1].startswith("\n"):
            done.append(word)
        if word == "(":
            within.append("SELECT" if following == "SELECT" else "")
        elif word == "," and within[-1] == "SELECT":
            _break(done, depth + 1)
    return "".join(done).strip()


def _break(done: list[str], depth: int) -> None:
    while done and done[-1] == " ":
        done.pop()
    done.append("\n" + STEP * depth)
