"""Results that come later."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, TypeVar

from . import _native
from .errors import TaskFailed, TimedOut, UsageError
from .facts import JobProgress

if TYPE_CHECKING:
    from .pool import Pool

T = TypeVar("T")


class AsyncResult(Generic[T]):
    """What map_async and apply_async return. The call goes on when nobody keeps this. One of the callbacks runs
    once, on a thread of the pool's, before the result is ready; what it raises goes to sys.unraisablehook."""

    def __init__(
        self,
        pool: Pool,
        call: _native.RunningCall,
        make: Callable[[_native.Outputs], T],
        callback: Optional[Callable[[T], object]],
        error_callback: Optional[Callable[[TaskFailed], object]],
    ) -> None:
        self._pool = pool
        self._call = call
        self._make: Optional[Callable[[_native.Outputs], T]] = make
        self._value: Optional[T] = None
        self._failed: Optional[TaskFailed] = None
        self._making = threading.Lock()
        self._callback = callback
        self._error_callback = error_callback
        self._called_back = threading.Event()
        self._calls_back = callback is not None or error_callback is not None
        call.detach()
        if self._calls_back:
            call.when_done(self._call_back)

    def get(self, timeout: Optional[float] = None) -> T:
        """The value, as often as it is asked for. Raises TaskFailed for the first item that failed, and TimedOut
        when it has not come in `timeout` seconds; the call goes on then."""
        if not self.wait(timeout):
            raise TimedOut("the result has not come in time; the call goes on")
        self._settle()
        if self._failed is not None:
            raise TaskFailed(self._failed.failure)
        return self._value  # type: ignore[return-value]

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Until it is ready, for `timeout` seconds at most. Whether it is."""
        # In a callback, those of other calls would be waited for in vain.
        if self._calls_back and not _native.is_in_callback():
            self._call.wait(0)  # which refuses to in a child that was forked: there no callback ever comes
            return self._called_back.wait(timeout)
        return self._call.wait(timeout)

    def ready(self) -> bool:
        """Whether get() would return or raise at once."""
        return self.wait(0)

    def successful(self) -> bool:
        """Whether get() would return. Raises UsageError, a ValueError, when it is not ready."""
        if not self.ready():
            raise UsageError("successful: the result is not there yet")
        self._settle()
        return self._failed is None

    def cancel(self) -> None:
        """Items that have not ended become "cancelled"; those that run are stopped with their workers."""
        self._call.cancel()

    def progress(self) -> JobProgress:
        """How many items were pushed, have ended, have failed."""
        return JobProgress(*self._call.progress())

    def _settle(self) -> None:
        with self._making:
            if self._make is None:
                return
            try:
                self._value = self._make(self._call.outputs())
            except TaskFailed as failed:
                self._failed = failed.with_traceback(None)
            self._make = None
            self._call.forget()

    def _call_back(self) -> None:
        try:
            self._settle()
            if self._failed is None and self._callback is not None:
                _native.call_and_report(self._callback, self._value)
            if self._failed is not None and self._error_callback is not None:
                _native.call_and_report(self._error_callback, self._failed)
        finally:
            self._callback = self._error_callback = None
            self._called_back.set()
