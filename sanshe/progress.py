"""Progress of long work, shown to a person at a terminal and to nobody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

SCREEN = Console(stderr=True)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Work of unknown length."""
    with SCREEN.status(title):
        yield


@contextmanager
def counting(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Work in steps; call what is given with the number of steps done so far."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=SCREEN, disable=not SCREEN.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)
