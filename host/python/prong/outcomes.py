"""How each item of a call ended."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Sequence, Union, overload

from . import _native, arrays
from .errors import TaskFailed
from .facts import Failure, PluginBuild


class Outcome:
    """One item's ending: `value` when it returned, else `failure`. True when it returned."""

    __slots__ = ("_value", "failure")

    def __init__(self, value: Any, failure: Optional[Failure] = None) -> None:
        self._value = value
        self.failure = failure

    @property
    def value(self) -> Any:
        """What the function returned. Raises TaskFailed when the item did not return."""
        if self.failure is not None:
            raise TaskFailed(self.failure)
        return self._value

    @property
    def kind(self) -> str:
        """ "returned", or what the failure says."""
        return "returned" if self.failure is None else self.failure.kind

    def __bool__(self) -> bool:
        return self.failure is None

    def __repr__(self) -> str:
        return f"Outcome({self._value if self.failure is None else self.failure.message!r})"


def outcome_of(value: Any) -> Outcome:
    """Of what the native half gives for an item: its value, or a Failure."""
    return Outcome(None, value) if type(value) is Failure else Outcome(value)


class Outcomes(Sequence[Outcome]):
    """Every item's outcome, in input order."""

    def __init__(self, outputs: _native.Outputs, type: _native.Type, as_array: bool) -> None:
        # The version of the plugin that made them; None when there are none.
        self.build: Optional[PluginBuild] = outputs.build()
        self._array = arrays.results(outputs, type) if as_array else None
        if self._array is None:
            self._all: Any = outputs.values()
            self.failures: List[Failure] = [value for value in self._all if value.__class__ is Failure]
        else:
            self._all = self._array
            self.failures = outputs.failures()
        self._failed = {failure.index: failure for failure in self.failures}

    @property
    def array(self) -> Any:
        """All results as one array over the pool's memory, when the call gives arrays; what stands where an item
        failed means nothing (`returned` says which did not). Else None."""
        return self._array

    @property
    def returned(self) -> List[bool]:
        """For each item whether it returned."""
        return [index not in self._failed for index in range(len(self))]

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, at: int) -> Outcome: ...
    @overload
    def __getitem__(self, at: slice) -> List[Outcome]: ...
    def __getitem__(self, at: Union[int, slice]) -> Union[Outcome, List[Outcome]]:
        if isinstance(at, slice):
            return [self[index] for index in range(*at.indices(len(self)))]
        index = range(len(self))[at]
        failure = self._failed.get(index)
        if failure is not None:
            return Outcome(None, failure)
        return Outcome(self._all[index])

    def __iter__(self) -> Iterator[Outcome]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} outcomes, {len(self.failures)} failures>"
