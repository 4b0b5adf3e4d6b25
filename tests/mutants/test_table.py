"""The table of mutants does not rot: each piece of code is still there, once, and so are the tests that must notice."""

import ast

import pytest

from tests.mutants.__main__ import ROOT
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_its_piece_of_code_occurs_exactly_once_and_its_fault_is_code(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.code) == 1
    ast.parse(text.replace(mutant.code, mutant.mutation))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_the_tests_that_must_notice_it_are_there(mutant: Mutant) -> None:
    assert mutant.killers
    assert all((ROOT / test.partition("::")[0]).exists() for test in mutant.killers.split())


def test_names_are_different() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
