"""One serving process; with several, each leaves when the process that started it is gone."""

import os
import signal
import threading
import time

from starlette.types import ASGIApp


def alone() -> ASGIApp:
    """The application of the only process."""
    from api.app import from_environment

    return from_environment()


def one_of_several() -> ASGIApp:
    """The application of a worker. A parent that was killed could not stop it, and it would keep the port for ever."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    return alone()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)
