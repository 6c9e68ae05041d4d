"""From what a caller gives to calls of the native half: options, functions, items."""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, TypeVar

from . import _native, arrays
from .errors import Mismatch, TaskFailed, UsageError
from .outcomes import Outcomes

T = TypeVar("T")
Make = Callable[[_native.Outputs], Any]


def natural(name: str, value: Any, most: int = (1 << 64) - 1, least: int = 0) -> Optional[int]:
    """An option that counts something; None stays None."""
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        raise UsageError(f"{name} {value!r}: it must be an integer") from None
    if not least <= number <= most:
        raise UsageError(f"{name} {number}: it must be between {least} and {most}")
    return number


def options(
    chunksize: Optional[int] = None,
    timeout: Optional[float] = None,
    retries: int = 0,
    seed: int = 0,
    ordered: bool = True,
) -> Dict[str, Any]:
    """Those of a call, checked."""
    given: Dict[str, Any] = {}
    if chunksize is not None:
        given["chunk_size"] = natural("chunksize", chunksize)
    if timeout is not None:
        given["timeout"] = timeout
    if retries:
        given["retries"] = natural("retries", retries, (1 << 32) - 1)
    if seed:
        given["seed"] = natural("seed", seed)
    if not ordered:
        given["ordered"] = False
    return given


def arguments(known: _native.Function, args: Sequence[Any], kwds: Mapping[str, Any]) -> Any:
    """The item that gives a function these arguments."""
    names = known.names
    values = dict(zip(names, args))
    if len(args) > len(names):
        raise Mismatch(f"{known.info} takes {len(names)} arguments, and {len(args)} were given")
    for name, value in kwds.items():
        if name not in names:
            raise Mismatch(f"{known.info} has no parameter '{name}'")
        if name in values:
            raise Mismatch(f"{known.info}: '{name}' was given twice")
        values[name] = value
    missing = [name for name in names if name not in values]
    if missing:
        raise Mismatch(f"{known.info} needs a value for '{missing[0]}' too")
    return values[names[0]] if len(names) == 1 else tuple(values[name] for name in names)


def singles(function: str, items: Iterable[Any]) -> List[Any]:
    """The arguments of tuples of one."""
    unpacked = []
    for item in items:
        try:
            (only,) = item
        except (TypeError, ValueError):
            raise Mismatch(f"'{function}' takes one argument for each item; starmap's items are tuples of it") from None
        unpacked.append(only)
    return unpacked


def check_name(function: str) -> None:
    if not isinstance(function, str):
        raise UsageError(f"a function goes by its name, as in 'stats.square', and not as {function!r}")


class Calls:
    """Starts calls in a pool. Remembers what functions are, and looks again when a call does not fit any more: a
    plugin may have been replaced."""

    def __init__(self, native: _native.Pool) -> None:
        self.native = native
        self._known: Dict[Tuple[str, bool], _native.Function] = {}

    def known(self, function: str, is_result: bool = False) -> _native.Function:
        found = self._known.get((function, is_result))
        if found is None:
            check_name(function)
            found = self._known[function, is_result] = self.native.function(function, is_result)
        return found

    def with_known(self, function: str, start: Callable[[_native.Function], T]) -> T:
        known = self.known(function)
        try:
            return start(known)
        except Mismatch:
            now = self.native.function(function, False)
            if now.info == known.info:
                raise
            self._known[function, False] = now
        return start(now)

    def one(
        self,
        function: str,
        args: Sequence[Any],
        kwds: Mapping[str, Any],
        given: Dict[str, Any],
        start: Callable[[_native.Request, List[Any]], T],
    ) -> T:
        """A call with one item."""

        def begin(known: _native.Function) -> T:
            return start(_native.Request(known, {}, given), [arguments(known, args, kwds)])

        return self.with_known(function, begin)

    def many(
        self,
        function: str,
        iterable: Iterable[Any],
        given: Dict[str, Any],
        array: Optional[bool],
        bound: Dict[str, Any],
        star: bool = False,
    ) -> Tuple[_native.RunningCall, _native.Function, bool]:
        """A call with many items; and whether its results are to be an array."""
        series = arrays.as_array(iterable)
        items: Any = None
        if series is None:
            items = iterable if isinstance(iterable, (list, tuple)) else list(iterable)

        def begin(known: _native.Function) -> Tuple[_native.RunningCall, _native.Function, bool]:
            request = _native.Request(known, bound, given)
            type = known.item(bool(bound))
            as_array = series is not None if array is None else array
            if series is not None and arrays.fitting(series, type, function):
                return self._submit_array(request, series), known, as_array
            if series is not None:
                return self.native.submit(request, series.tolist()), known, as_array
            if star and (bound or len(known.names) == 1):
                return self.native.submit(request, singles(function, items)), known, as_array
            return self.native.submit(request, items), known, as_array

        return self.with_known(function, begin)

    def _submit_array(self, request: _native.Request, series: Any) -> _native.RunningCall:
        if not series.flags.c_contiguous:
            gathered = self.empty(series.shape, series.dtype)
            gathered[...] = series
            series = gathered
        return self.native.submit_buffer(request, series, len(series))

    def empty(self, shape: Any, dtype: Any) -> Any:
        """An array in the pool's memory."""
        import numpy

        dtype = numpy.dtype(dtype)
        if dtype.hasobject:
            raise UsageError(f"an array of {dtype}: objects of Python cannot lie in the memory of a pool")
        shape = tuple(map(operator.index, shape)) if hasattr(shape, "__iter__") else (operator.index(shape),)
        size = dtype.itemsize
        for extent in shape:
            size *= natural("shape", extent, (1 << 63) - 1)
        memory = self.native.allocate(natural("bytes", size, (1 << 62)))
        if size == 0:
            return numpy.empty(shape, dtype)
        return arrays.from_memory(memory, numpy.dtype("u1"), (size,)).view(dtype).reshape(shape)

    def run(
        self,
        function: str,
        iterable: Iterable[Any],
        given: Dict[str, Any],
        result_timeout: Optional[float],
        bound: Dict[str, Any],
    ) -> Any:
        """A map, then the result function over all its results."""
        mapper = self.known(function)
        reducer = self.known(function, is_result=True)
        to_reducer = {name: value for name, value in bound.items() if name in reducer.names[1:]}
        # A name that neither has stays with the mapper, whose complaint lists its parameters.
        to_mapper = {
            name: value for name, value in bound.items() if name in mapper.names[1:] or name not in to_reducer
        }
        # Opened before anything runs: a missing result function or a wrong type is found first.
        wanted = options(seed=given.get("seed", 0), timeout=result_timeout)
        wanted["item_signature"] = mapper.result.signature
        request = _native.Request(reducer, to_reducer, wanted)
        reduction = self.native.open(request)
        call, _, _ = self.many(function, iterable, given, False, to_mapper)
        outputs = call.outputs()
        raise_first(outputs)
        reduction.push_outputs(outputs)
        return reduction.outputs().values_or_raise()[0]


def raise_first(outputs: _native.Outputs) -> None:
    """TaskFailed for the first item that failed, if one did."""
    failure = outputs.first_failure()
    if failure is not None:
        raise TaskFailed(failure)


def values_of(known: _native.Function, as_array: bool) -> Make:
    """How a call's results are given: a list or an array, and TaskFailed for the first failure."""

    def make(outputs: _native.Outputs) -> Any:
        raise_first(outputs)
        array = arrays.results(outputs, known.result) if as_array else None
        return outputs.values_or_raise() if array is None else array

    return make


def outcomes_of(known: _native.Function, as_array: bool) -> Make:
    """The same, of each item."""
    return lambda outputs: Outcomes(outputs, known.result, as_array)
