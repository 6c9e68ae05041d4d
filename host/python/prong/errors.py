"""What Prong raises.

An `Error` says that something cannot be set up: what was wrong, where, and what to do. How an item ends is no
`Error`: a call that cannot give its result raises `TaskFailed`, which carries the item's `Failure`.
"""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .facts import CrashReport, Failure


class Error(Exception):
    """The base of all that is no item's ending."""


class CannotFind(Error, LookupError):
    """There is no such module or function; the message says what there is."""


class Refused(Error):
    """A file was found that cannot be used. `code` is stable: docs/refusals.md lists them."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message, code)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


class Mismatch(Error, TypeError):
    """Values, arrays or bound arguments that do not fit the function; both sides are in the message."""


class UsageError(Error, ValueError):
    """The call is wrong whatever the function: an option out of range, a pool that was closed, a child process."""


class TimedOut(Error, multiprocessing.TimeoutError, TimeoutError):
    """What was waited for has not come in time; it goes on."""


class PoolBroken(Error, RuntimeError):
    """The pool cannot start or go on: no workers, no memory, an initializer that failed."""


class TaskFailed(Exception):
    """An item did not return. `failure` is all that is known of it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure

    def __str__(self) -> str:
        return self.failure.message

    @property
    def index(self) -> Optional[int]:
        """Of the item, from 0; None: what failed is a result function."""
        return self.failure.index

    @property
    def kind(self) -> str:
        """How it ended: "threw", "crashed", "exited", "timed_out", "cancelled", "rejected", "too_large", "lost"."""
        return self.failure.kind

    @property
    def message(self) -> str:
        """All of it in one line."""
        return self.failure.message

    @property
    def crash(self) -> Optional[CrashReport]:
        """Where, over which input and with how much memory the worker died; None: it did not, or nothing is known."""
        return self.failure.crash
