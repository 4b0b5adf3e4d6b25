"""What is a mutant? One piece of code, what somebody might have written there instead, and who must notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One fault: what it is, where, and what it would mean; `killers` are the tests that must fail."""

    name: str
    file: str
    code: str
    mutation: str
    means: str
    killers: str

    @contextmanager
    def applied(self, root: Path) -> Iterator[None]:
        """The fault is in the code below this folder; ValueError if there is no one place for it."""
        file = root / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.code) != 1:
            raise ValueError(f"{self.name}: the piece of code occurs {text.count(self.code)} times in {self.file}")
        file.write_text(text.replace(self.code, self.mutation), encoding="utf-8")
        try:
            yield
        finally:
            file.write_text(text, encoding="utf-8")


# What must fail, the smallest set that suffices.
ACCESS = "tests/grammar/test_access.py"
CACHES = "tests/engine/test_limits.py"
COLD = "tests/engine/test_cold_documents.py"
COST = "tests/engine/test_cost.py"
DOING = "tests/engine/test_doing.py"
FIELDS = "tests/engine/test_fields.py"
HIDING = "tests/engine/test_hiding.py"
ORACLE = "tests/oracle/test_agreement.py::test_each_field_argument_and_operator_of_the_library"
PAGES = "tests/engine/test_pages.py"
RATES = "tests/http/test_rates.py"
ROWS = "tests/engine/test_rows.py"
TOGETHER = "tests/engine/test_together.py"
SECOND_OPINION = "tests/engine/test_second_opinion.py"
VARIABLES = "tests/engine/test_variables.py"
