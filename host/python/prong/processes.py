"""The processes of a pool: their beginning and end, their memory, and what there is to tell of them."""

from __future__ import annotations

import atexit
import os
import time
import weakref
from types import TracebackType
from typing import Any, Dict, Iterable, List, Optional, Sequence, Type, TypeVar, Union

from . import _native
from .calls import Calls, check_name, natural
from .errors import TimedOut, UsageError
from .facts import FunctionInfo, ModuleInfo, PoolStatistics, SandboxReport

Path = Union[str, "os.PathLike[str]"]
Self = TypeVar("Self", bound="Processes")

# A callback that does not return is not waited for any longer when Python ends.
_ENDING_SECONDS = 5.0
_live: weakref.WeakSet[Processes] = weakref.WeakSet()


def _positive(name: str, value: Any, most: int = (1 << 63) - 1) -> Optional[int]:
    return natural(name, value, most, least=1)


def _folders(name: str, given: Union[Path, Iterable[Path]]) -> List[bytes]:
    if isinstance(given, (str, bytes, os.PathLike)):
        given = [given]
    try:
        return [os.fsencode(os.path.abspath(folder)) for folder in given]
    except TypeError:
        raise UsageError(f"{name} {given!r}: it must be a path, or several") from None


class Processes:
    """A pool without its calls."""

    def __init__(
        self,
        processes: Optional[int] = None,
        initializer: Optional[str] = None,
        initargs: Sequence[Any] = (),
        maxtasksperchild: Optional[int] = None,
        *,
        plugins: Union[Path, Iterable[Path]] = (),
        default_path: bool = True,
        workers: Optional[int] = None,
        sandbox: str = "none",
        memory_limit: Optional[int] = None,
        processor_limit: Optional[float] = None,
        descriptor_limit: Optional[int] = None,
        allow_read: Union[Path, Iterable[Path]] = (),
        max_memory_per_child: Optional[int] = None,
        idle_timeout: Optional[float] = None,
        load_timeout: Optional[float] = None,
        core_directory: Optional[Path] = None,
        zygote: Optional[Path] = None,
        engine: Optional[str] = None,
        key: Optional[Path] = None,
        insecure: bool = False,
        any_build: bool = False,
        patience: Optional[float] = None,
    ) -> None:
        """`workers` processes, also called `processes`; None: as many as this process may use processors.
        `plugins`: folders that are searched first, then, with `default_path`, those of every program that uses
        Prong. `initializer`: a function that is called with `initargs` in every worker before its first item.
        `engine`: "gearman://HOST:4730": items run on its nodes, sealed with the bytes of the file `key`, and
        the options of workers are a matter of each node (docs/scale-out.md).
        Times are in seconds, sizes in bytes; docs/embedding.md and docs/security.md say what each option does."""
        if processes is not None and workers is not None:
            raise UsageError("processes and workers are two names of one option: give one of them")
        wanted: Dict[str, Any] = {
            "workers": _positive("workers", processes if workers is None else workers, (1 << 32) - 1),
            "max_tasks_per_child": _positive("maxtasksperchild", maxtasksperchild),
            "sandbox": sandbox,
            "memory_limit": _positive("memory_limit", memory_limit),
            "processor_limit": processor_limit,
            "descriptor_limit": _positive("descriptor_limit", descriptor_limit, (1 << 32) - 1),
            "allow_read": _folders("allow_read", allow_read),
            "max_memory_per_child": _positive("max_memory_per_child", max_memory_per_child),
            "idle_timeout": idle_timeout,
            "load_timeout": load_timeout,
            "core_directory": None if core_directory is None else os.fsencode(core_directory),
            "zygote": None if zygote is None else os.fsencode(zygote),
            "engine": engine,
            "key": None if key is None else os.fsencode(key),
            "insecure": insecure,
            "any_build": any_build,
            "patience": patience,
        }
        if initializer is not None:
            check_name(initializer)
            arguments = tuple(initargs)
            wanted["initializer"] = (initializer, arguments[0] if len(arguments) == 1 else arguments)
        self._native = _native.Pool(_folders("plugins", plugins), default_path, wanted)
        self._calls = Calls(self._native)
        self._owner = os.getpid()
        _live.add(self)

    # Memory.

    def empty(self, shape: Union[int, Sequence[int]], dtype: Any = float) -> Any:
        """As numpy.empty: an array in memory that the workers read, so that calls take it without a copy. Until a
        call with it has ended, it must stay as it is."""
        return self._calls.empty(shape, dtype)

    def array(self, values: Any, dtype: Any = None) -> Any:
        """As numpy.array: a copy of the values, in such memory."""
        import numpy

        given = numpy.asarray(values, dtype=dtype)
        copy = self.empty(given.shape, given.dtype)
        copy[...] = given
        return copy

    # What there is.

    def describe(self, function: str, kind: str = "map") -> FunctionInfo:
        """What a function says of itself. `kind`: "map", or "result" for the result function of that name."""
        if kind not in ("map", "result"):
            raise UsageError(f"kind {kind!r}: there are 'map' and 'result'")
        return self._native.function(function, kind == "result").info

    def functions(self) -> List[FunctionInfo]:
        """All map and result functions that a call finds."""
        usable = (module for module in self.modules() if module.refusal is None and module.shadowed_by is None)
        return [function for module in usable for function in module.functions]

    def modules(self) -> List[ModuleInfo]:
        """Every file on the plugin path, also those that cannot be used, with the reason. None of its code runs."""
        return self._native.modules()

    @property
    def workers(self) -> int:
        """How many there are to be."""
        return self._native.workers()

    def worker_pids(self) -> List[int]:
        """Of the workers alive now."""
        return self._native.worker_pids()

    def resize(self, workers: int) -> None:
        """More workers are started; of too many, those that run something finish it first."""
        self._native.resize(natural("workers", workers, (1 << 32) - 1))

    def statistics(self) -> PoolStatistics:
        """Items, failures and replaced workers since the pool began, and what each worker did."""
        return self._native.statistics()

    def sandbox_report(self) -> SandboxReport:
        """What of the sandbox is in force: tried, in a worker."""
        return self._native.sandbox_report()

    # The end.

    def close(self) -> None:
        """No more calls; running ones go on."""
        self._native.close()

    def terminate(self) -> None:
        """Ends the workers; what has not ended is "lost"."""
        self._native.terminate()

    def join(self, timeout: Optional[float] = None) -> None:
        """Waits until all calls have ended and all processes are gone. Raises UsageError unless the pool was closed
        or terminated, and TimedOut after `timeout` seconds. A half-read imap must be dropped first."""
        if not self._native.join(timeout):
            raise TimedOut("the pool has not ended in time")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As an executor's: close(), then join(). `cancel_futures`: terminate() instead of waiting for calls."""
        if cancel_futures:
            self.terminate()
        self.close()
        if wait:
            self.join()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, type: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.terminate()
        self._native.join(_ENDING_SECONDS)

    def __reduce__(self) -> Any:
        raise UsageError("a pool works only in the process that made it: it cannot be pickled or given to another one")

    def __repr__(self) -> str:
        return f"<prong.Pool of process {self._owner}>"


@atexit.register
def _end_all() -> None:
    mine = [pool for pool in _live if pool._owner == os.getpid()]
    for pool in mine:
        pool.terminate()
    until = time.monotonic() + _ENDING_SECONDS
    for pool in mine:
        if not pool._native.join(max(until - time.monotonic(), 0)):
            pool._native.abandon()
