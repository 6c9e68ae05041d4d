"""Results while inputs still come: what imap, imap_unordered and imap_outcomes return."""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Deque, Generic, Iterable, Iterator, List, Optional, TypeVar

from . import _native
from .errors import Error, Mismatch, TaskFailed, TimedOut, UsageError
from .facts import Failure
from .outcomes import outcome_of

if TYPE_CHECKING:
    from .pool import Pool

T = TypeVar("T")

# Reading on while results are there delays them: so long at most, from one result to the next.
_READING_SECONDS = 0.0005
_BATCH_MOST = 1 << 14
# Items on their way: few at first, so that little is computed for who stops early; then as many as pass in this time.
_ITEMS_PER_WORKER = 4
_SECONDS_LEAST = 0.01
_SECONDS_MOST = 0.1
_BYTES_MOST = 16 << 20


class _Window:
    """How many items may be on their way."""

    def __init__(self, workers: int, chunk_size: int, fixed: int) -> None:
        self._least = _ITEMS_PER_WORKER * workers * max(chunk_size, 1)
        self._size = fixed or self._least
        self._adapts = not fixed
        self._passed = 0
        self._since = time.monotonic()
        self._bytes_each = 1.0
        self.outstanding = 0

    def room(self) -> int:
        """Items that may be pushed now; none while half the window is on its way, since small pushes cost more."""
        size = self._size
        if self._adapts:
            size = min(size, max(self._least, int(_BYTES_MOST / self._bytes_each)))
        return 0 if self.outstanding > size // 2 else size - self.outstanding

    def add(self, count: int) -> None:
        self.outstanding += count

    def passed(self, count: int, bytes_each: float) -> None:
        self.outstanding -= count
        self._passed += count
        self._bytes_each = max(bytes_each, 1.0)
        if not self._adapts or self._passed < self._size:
            return
        elapsed = time.monotonic() - self._since
        if elapsed < _SECONDS_LEAST:
            self._size = min(self._size * 2, max(self._least, _BYTES_MOST))
        if elapsed > _SECONDS_MOST:
            self._size = max(self._size // 2, self._least)
        self._passed = 0
        self._since += elapsed


class Imap(Generic[T]):
    """An iterator over results. The input is read by who asks for them, up to a window ahead; what it raises comes
    after the results of what was read before. At an item that failed, TaskFailed is raised, and the next step goes
    on. What is on its way is given up when this is dropped."""

    def __init__(
        self,
        pool: Pool,
        call: _native.RunningCall,
        items: Iterable[Any],
        window: int,
        chunk_size: int,
        outcomes: bool,
    ) -> None:
        self._pool = pool
        self._call = call
        self._items: Optional[Iterator[Any]] = iter(items)
        self._window = _Window(pool.workers, chunk_size, window)
        self._outcomes = outcomes
        self._batch = 1
        self._block = 1
        self._ready: Deque[Any] = deque()
        self._error: Optional[Exception] = None
        self._lock = threading.RLock()
        self._reading = False

    def __iter__(self) -> Imap[T]:
        return self

    def __next__(self) -> T:
        try:
            value = self._ready.popleft()
        except IndexError:
            value = self._next(None)
        return self._given(value) if self._outcomes or type(value) is Failure else value

    def next(self, timeout: Optional[float] = None) -> T:
        """The next result. Raises TimedOut when it has not come in `timeout` seconds."""
        return self._given(self._next(timeout))

    def _given(self, value: Any) -> Any:
        if self._outcomes:
            return outcome_of(value)
        if type(value) is Failure:
            raise TaskFailed(value)
        return value

    def _next(self, timeout: Optional[float]) -> Any:
        with self._lock:
            if self._reading:
                raise UsageError("imap: the input asks for results of itself")
            while True:
                try:
                    return self._ready.popleft()  # which other threads do without the lock
                except IndexError:
                    self._fetch(timeout)

    def _fetch(self, timeout: Optional[float]) -> None:
        until = time.monotonic() + _READING_SECONDS
        while self._items is not None and self._window.room() > 0:
            self._read_batch()
            if time.monotonic() >= until and self._take(0):
                return
        if self._window.outstanding == 0:
            error, self._error = self._error, None
            if error is not None:
                raise error
            raise StopIteration
        if not self._take(timeout):
            raise TimedOut("imap: the next result has not come in time; the call goes on")

    def _take(self, timeout: Optional[float]) -> bool:
        values = self._call.next(timeout)
        if not values:
            return False
        self._ready.extend(values)
        self._window.passed(len(values), self._call.bytes_each)
        return True

    def _read_batch(self) -> None:
        """One item at first, so that the first result is early, then twice as many each time; fewer when the input
        is slow."""
        batch: List[Any] = []
        most = min(self._window.room(), self._batch)
        self._reading = True
        try:
            until = time.monotonic() + _READING_SECONDS
            while self._items is not None and len(batch) < most and time.monotonic() < until:
                self._read_block(batch, min(self._block, most - len(batch)))
        except Exception as error:
            self._end_input(error)
        finally:
            self._reading = False
            self._batch = min(self._batch * 2, _BATCH_MOST)
            self._push(batch)
        if self._items is None:
            self._call.finish()

    def _read_block(self, batch: List[Any], count: int) -> None:
        """As many as come in no time; the clock is looked at in between. What is read before the input raises stays
        in the batch."""
        before, since = len(batch), time.monotonic()
        batch.extend(islice(self._items, count))  # type: ignore[arg-type]
        elapsed = time.monotonic() - since
        if len(batch) - before < count:
            self._items = None
        if elapsed < _READING_SECONDS / 4:
            self._block = min(self._block * 2, _BATCH_MOST)
        elif elapsed > _READING_SECONDS:
            self._block = 1

    def _end_input(self, error: Exception) -> None:
        self._error = error
        self._items = None

    def _push(self, batch: List[Any]) -> None:
        """An item that has no form ends the input as an exception of it does."""
        if not batch:
            return
        try:
            self._call.push(batch)
            self._window.add(len(batch))
        except Mismatch as error:
            self._end_input(error)
            if len(batch) > 1:
                self._push_one_by_one(batch)
        except Error as error:  # the pool takes no more
            self._end_input(error)

    def _push_one_by_one(self, batch: List[Any]) -> None:
        for item in batch:
            try:
                self._call.push([item])
            except Error:
                return
            self._window.add(1)
