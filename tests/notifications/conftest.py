"""What every test about notifications may ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.mail import MailServer, listening


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with listening() as server:
        yield server
