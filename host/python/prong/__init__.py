"""multiprocessing.Pool for native code: functions of plugins, called by name in worker processes.

    import prong

    with prong.Pool(plugins="plugins") as pool:
        squares = pool.map("stats.square", range(10))

docs/python.md goes through all of it.
"""

from ._native import version as __version__
from .errors import CannotFind, Error, Mismatch, PoolBroken, Refused, TaskFailed, TimedOut, UsageError
from .facts import (
    CrashReport,
    Failure,
    Frame,
    FunctionInfo,
    JobProgress,
    ModuleInfo,
    PluginBuild,
    PoolStatistics,
    Refusal,
    SandboxLayer,
    SandboxReport,
    WorkerStatistics,
)
from .outcomes import Outcome, Outcomes
from .pool import Pool, list_functions
from .results import AsyncResult
from .streams import Imap

__all__ = [
    "AsyncResult",
    "CannotFind",
    "CrashReport",
    "Error",
    "Failure",
    "Frame",
    "FunctionInfo",
    "Imap",
    "JobProgress",
    "Mismatch",
    "ModuleInfo",
    "Outcome",
    "Outcomes",
    "PluginBuild",
    "Pool",
    "PoolBroken",
    "PoolStatistics",
    "Refusal",
    "Refused",
    "SandboxLayer",
    "SandboxReport",
    "TaskFailed",
    "TimedOut",
    "UsageError",
    "WorkerStatistics",
    "list_functions",
]
