"""The pool: worker processes that run functions of plugins, by name."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from . import _native
from .calls import natural, options, outcomes_of, values_of
from .errors import TaskFailed
from .facts import FunctionInfo
from .outcomes import Outcome, Outcomes
from .processes import Path, Processes
from .results import AsyncResult
from .streams import Imap

Callback = Optional[Callable[[Any], object]]
ErrorCallback = Optional[Callable[[TaskFailed], object]]


class Pool(Processes):
    """Worker processes. As multiprocessing.Pool, with names of functions ("stats.square") where that has callables.

    Items and results are plain values, NumPy's arrays, or anything with a buffer of numbers: arrays in give arrays
    out, which lie in the pool's memory and are read-only. `array=` overrules that. Other keyword arguments of a call
    are arguments of the function, bound for all items; `bind` takes those whose names are an option's. Every call
    raises an Error when it cannot be made, before anything runs.

    A pool may be used by several threads, and in the process that made it only.
    """

    # One call with its arguments.

    def apply(
        self,
        function: str,
        args: Sequence[Any] = (),
        kwds: Mapping[str, Any] = {},
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
    ) -> Any:
        """The result of one call. `args` come by position, `kwds` by name. Raises TaskFailed. `timeout` is what the
        call may take, in seconds: then its worker is killed."""
        given = options(timeout=timeout, retries=retries, seed=seed)
        return self._calls.one(function, args, kwds, given, self._native.apply)

    def apply_async(
        self,
        function: str,
        args: Sequence[Any] = (),
        kwds: Mapping[str, Any] = {},
        callback: Callback = None,
        error_callback: ErrorCallback = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
    ) -> AsyncResult[Any]:
        """As apply, without waiting. `callback` gets the result, or `error_callback` a TaskFailed."""
        given = options(timeout=timeout, retries=retries, seed=seed)
        call = self._calls.one(function, args, kwds, given, self._native.submit)
        return AsyncResult(self, call, lambda outputs: outputs.values_or_raise()[0], callback, error_callback)

    def submit(self, function: str, /, *args: Any, **kwds: Any) -> Future[Any]:
        """As an executor's of concurrent.futures. Cancelling the future stops the call, also when it runs."""
        call = self._calls.one(function, args, kwds, {}, self._native.submit)
        future: Future[Any] = Future()

        def complete(pool: Pool = self) -> None:  # which lives as long
            if not future.set_running_or_notify_cancel():
                return
            try:
                value = call.outputs().values_or_raise()[0]
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(value)

        future.add_done_callback(lambda done: call.cancel() if done.cancelled() else None)
        call.detach()
        call.when_done(complete)
        return future

    # Many items.

    def map(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        array: Optional[bool] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Any:
        """One result per item, in input order: a list, or an array when `iterable` is one. Waits for all, then
        raises TaskFailed for the first item that failed. Items of a function of several parameters are tuples.
        `timeout` is what one item may take, `retries` how often it is run again when it failed."""
        given = options(chunksize, timeout, retries, seed)
        call, known, as_array = self._calls.many(function, iterable, given, array, {**bind, **bound})
        return values_of(known, as_array)(call.outputs())

    def starmap(
        self,
        function: str,
        iterable: Iterable[Sequence[Any]],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        array: Optional[bool] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Any:
        """As map, for items that are tuples of arguments, also of one."""
        given = options(chunksize, timeout, retries, seed)
        call, known, as_array = self._calls.many(function, iterable, given, array, {**bind, **bound}, star=True)
        return values_of(known, as_array)(call.outputs())

    def map_outcomes(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        array: Optional[bool] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Outcomes:
        """As map, and never raises for an item: how each of them ended."""
        given = options(chunksize, timeout, retries, seed)
        call, known, as_array = self._calls.many(function, iterable, given, array, {**bind, **bound})
        return outcomes_of(known, as_array)(call.outputs())

    def map_async(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        callback: Callback = None,
        error_callback: ErrorCallback = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        array: Optional[bool] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> AsyncResult[Any]:
        """As map, without waiting. `callback` gets the results, or `error_callback` a TaskFailed."""
        given = options(chunksize, timeout, retries, seed)
        call, known, as_array = self._calls.many(function, iterable, given, array, {**bind, **bound})
        return AsyncResult(self, call, values_of(known, as_array), callback, error_callback)

    def starmap_async(
        self,
        function: str,
        iterable: Iterable[Sequence[Any]],
        /,
        chunksize: Optional[int] = None,
        callback: Callback = None,
        error_callback: ErrorCallback = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        array: Optional[bool] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> AsyncResult[Any]:
        """As starmap, without waiting."""
        given = options(chunksize, timeout, retries, seed)
        call, known, as_array = self._calls.many(function, iterable, given, array, {**bind, **bound}, star=True)
        return AsyncResult(self, call, values_of(known, as_array), callback, error_callback)

    def imap(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        window: int = 0,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Imap[Any]:
        """An iterator over the results in input order, while the input is still being read: it may be endless.
        `window` is how many items may be read and not yet returned; 0: that adapts."""
        given = options(chunksize, timeout, retries, seed)
        return self._stream(function, iterable, given, window, {**bind, **bound})

    def imap_unordered(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        window: int = 0,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Imap[Any]:
        """As imap, in the order in which the results come."""
        given = options(chunksize, timeout, retries, seed, ordered=False)
        return self._stream(function, iterable, given, window, {**bind, **bound})

    def imap_outcomes(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        window: int = 0,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Imap[Outcome]:
        """As imap; gives outcomes, and never raises for an item."""
        given = options(chunksize, timeout, retries, seed)
        return self._stream(function, iterable, given, window, {**bind, **bound}, outcomes=True)

    def run(
        self,
        function: str,
        iterable: Iterable[Any],
        /,
        chunksize: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        retries: int = 0,
        seed: int = 0,
        result_timeout: Optional[float] = None,
        bind: Mapping[str, Any] = {},
        **bound: Any,
    ) -> Any:
        """map, then the result function of the same name over all results: what it returns. Raises TaskFailed for
        the first item that failed, without calling it. Each bound argument goes to whichever has its name."""
        given = options(chunksize, timeout, retries, seed)
        return self._calls.run(function, iterable, given, result_timeout, {**bind, **bound})

    def _stream(
        self,
        function: str,
        iterable: Iterable[Any],
        given: Dict[str, Any],
        window: int,
        bound: Dict[str, Any],
        outcomes: bool = False,
    ) -> Imap[Any]:
        wanted = natural("window", window) or 0
        call = self._calls.with_known(
            function, lambda known: self._native.open(_native.Request(known, bound, given))
        )
        return Imap(self, call, iterable, wanted, given.get("chunk_size") or 0, outcomes)


def list_functions(
    plugins: Union[Path, Iterable[Path]] = (), *, default_path: bool = True
) -> List[FunctionInfo]:
    """All map and result functions on the plugin path."""
    with Pool(1, plugins=plugins, default_path=default_path) as pool:
        return pool.functions()
