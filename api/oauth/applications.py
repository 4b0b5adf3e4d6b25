"""Which application asks? Looked up once, and again when the database tells that it has changed."""

import time

from api.caches import Cache
from api.oauth import store
from api.oauth.known import Registered
from api.watchman import Watchman
from domain.postgres import Run

REMEMBERED = 1_000


class Applications:
    """Those that ask for tokens, so that their row is no trip to the database for each."""

    def __init__(self, run: Run, watchman: Watchman) -> None:
        self.run, self.watchman = run, watchman
        self._known: Cache[tuple[float, Registered]] = Cache(REMEMBERED)

    async def named(self, client_id: str | None) -> Registered | None:
        """The application of this id, unless it is revoked."""
        if known := self._known.get(client_id):
            looked, client = known
            if self.watchman.vouches(looked, (str(client.row.id),)):
                return client
        looked = time.monotonic()
        found = await store.client(self.run, client_id)
        return self._known.put(client_id, (looked, found))[1] if found else None
