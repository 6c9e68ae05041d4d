"""What Prong tells: how items ended, what plugins offer, what a pool does. Plain values, which can be pickled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Tuple


@dataclass(frozen=True)
class Frame:
    """A call on the stack of the thread that crashed."""

    address: int
    file: str
    build_id: str
    offset: int
    function: str
    source: str
    line: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class CrashReport:
    """What is known of how a worker died. `frames` are innermost first; times and sizes are in seconds and bytes."""

    code: int
    address: Optional[int]
    sender: int
    stack_overflow: bool
    frames: Tuple[Frame, ...]
    out_of_memory: str
    peak_memory: int
    input: str
    is_input_cut: bool
    core: Optional[str]


@dataclass(frozen=True)
class PluginBuild:
    """The version of a plugin's file that a call was pinned to."""

    module: str
    version: str
    file: Optional[str]
    build_id: str


@dataclass(frozen=True)
class Failure:
    """How an item ended that did not return."""

    index: Optional[int]
    kind: str
    function: str
    type: str
    what: str
    output: str
    signal: int
    exit_code: int
    worker: int
    crash: Optional[CrashReport]
    build: Optional[PluginBuild]
    message: str
    details: Tuple[str, ...]

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class FunctionInfo:
    """What a function says of itself. `parameters` are pairs of a name and a signature."""

    name: str
    kind: str
    parameters: Tuple[Tuple[str, str], ...]
    result: str
    doc: str
    pure: bool
    prepared: bool
    symbol: str

    def __str__(self) -> str:
        parameters = ", ".join(f"{name}: {type}" for name, type in self.parameters)
        return f"{self.name}({parameters}) -> {self.result}"


@dataclass(frozen=True)
class Refusal:
    """Why a file cannot be used."""

    code: str
    required: str
    found: str
    fix: str


@dataclass(frozen=True)
class ModuleInfo:
    """One file of the plugin path."""

    module: str
    file: Optional[str]
    description: str
    version: str
    license: str
    build_id: str
    abi: Tuple[int, int]
    functions: Tuple[FunctionInfo, ...] = field(repr=False)
    shadowed_by: Optional[str]
    refusal: Optional[Refusal]


@dataclass(frozen=True)
class WorkerStatistics:
    """Of one worker that is alive; `busy` in seconds."""

    pid: int
    items: int
    busy: float


@dataclass(frozen=True)
class PoolStatistics:
    """Since the pool began."""

    items: int
    failures: int
    respawns: int
    workers: Tuple[WorkerStatistics, ...]


@dataclass(frozen=True)
class SandboxLayer:
    """One thing that is to be impossible, or bounded, for a worker."""

    name: str
    in_force: bool
    detail: str


@dataclass(frozen=True)
class SandboxReport:
    """What of the sandbox is in force."""

    level: str
    layers: Tuple[SandboxLayer, ...]


@dataclass(frozen=True)
class JobProgress:
    """How far a call is: items."""

    pushed: int
    ended: int
    failed: int
