"""Shows what is being done: steps, and in each the resources that come and go, with elapsed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console

if TYPE_CHECKING:
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.table import Table

_DOING = {"create": "creating", "update": "updating", "delete": "destroying", "read": "reading"}
_DONE = {"create": "created", "update": "updated", "delete": "destroyed", "read": "read"}


class Progress:
    """A live view on a terminal, plain lines (one for each event, no cursor codes) anywhere else.

    Use it in a with-statement; every method may be called from any thread.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()
        self._lock = threading.RLock()
        self._running: list[Step] = []
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            from rich.live import Live

            self._live = Live(get_renderable=self._table, console=self.console, refresh_per_second=8, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        live, self._live = self._live, None
        if live:
            live.stop()

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step for as long as the with-statement runs, and how it ended."""
        step = Step(self, name)
        with self._lock:
            self._running.append(step)
        if not self._live:
            self._print(name, "…")
        try:
            yield step
        except BaseException as error:
            outcome = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            self._end(step, "[red]✗[/red]", f"{outcome}{_after(step.seconds)}")
            raise
        self._end(step, "[green]✓[/green]", f"{step.outcome}{_after(step.seconds)}")

    def say(self, line: str) -> None:
        """Print a line of plain text that stays."""
        with self._lock:
            self.console.print(line, markup=False)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the live view away, for a question."""
        live = self._live
        if live:
            live.stop()
        try:
            yield
        finally:
            if live:
                live.start()

    def _end(self, step: Step, mark: str, text: str) -> None:
        with self._lock:
            self._running.remove(step)
        self._print(step.name, text, mark)

    def _print(self, name: str, text: str, mark: str = " ") -> None:
        elapsed = time.monotonic() - self._began
        with self._lock:
            if self.console.is_terminal:
                self.console.print(f"{mark} {_escaped(f'{name}: {text}')}")
            else:
                self.console.print(f"{elapsed:6.1f} s  {name}: {text}", markup=False)

    def _table(self) -> Table:
        from rich.spinner import Spinner
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        with self._lock:
            for step in self._running:
                step.spinner = step.spinner or Spinner("dots")
                table.add_row(
                    step.spinner, Text(f"{step.name}  {step.doing}  {step.seconds:.0f} s".replace("    ", "  "))
                )
                for address, (action, began) in step.resources.items():
                    seconds = time.monotonic() - began
                    table.add_row("", Text(f"  {address} {_DOING[action]}  {seconds:.0f} s", style="dim"))
        return table


class Step:
    """A named step of a Progress; on a terminal it shows what it is `doing`, and at its end its `outcome`."""

    def __init__(self, progress: Progress, name: str) -> None:
        self.name = name
        self.outcome = "done"
        self.doing = ""
        self.resources: dict[str, tuple[str, float]] = {}
        self._progress = progress
        self._began = time.monotonic()
        self.spinner: Spinner | None = None

    @property
    def seconds(self) -> float:
        """How long the step has been running."""
        return time.monotonic() - self._began

    def note(self, text: str) -> None:
        """Print a line of the step that stays."""
        self._progress._print(self.name, text)

    def resource_began(self, address: str, action: str) -> None:
        """Show a resource as being worked on; `action` is create, update, delete or read."""
        with self._progress._lock:
            self.resources[address] = (action, time.monotonic())

    def resource_ended(self, address: str, action: str, *, failed: bool = False) -> None:
        """Print that a resource is done, and how long it took."""
        with self._progress._lock:
            _, began = self.resources.pop(address, (action, time.monotonic()))
        outcome = f"not {_DONE[action]}: failed" if failed else _DONE[action]
        self.note(f"{address} {outcome}{_after(time.monotonic() - began)}")


def _after(seconds: float) -> str:
    return f" ({seconds:.0f} s)" if seconds >= 1 else ""


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
