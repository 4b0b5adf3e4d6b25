"""`school`: the neighbourhood's."""

import pytest

from tests.programmes.neighbourhood import Neighbourhood
from tests.training.school import School


@pytest.fixture
def school(here: Neighbourhood) -> School:
    return School(here)
