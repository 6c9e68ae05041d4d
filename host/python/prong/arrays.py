"""NumPy's arrays over the memory of a pool, and the types of their elements. NumPy is imported when it is used."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Optional, Tuple, cast

from .errors import Mismatch

if TYPE_CHECKING:
    import numpy

    from . import _native

    Array = numpy.ndarray[Any, Any]
    Dtype = numpy.dtype[Any]

_SCALARS = {
    "bool": "?",
    "i8": "i1",
    "i16": "i2",
    "i32": "i4",
    "i64": "i8",
    "u8": "u1",
    "u16": "u2",
    "u32": "u4",
    "u64": "u8",
    "f32": "f4",
    "f64": "f8",
}
_known: dict[str, Any] = {}


def dtype_of(type: _native.Type) -> Optional[Dtype]:
    """The dtype whose memory is the type's own: a number's, or a structured one; None: there is none."""
    if type.signature not in _known:
        import numpy

        specification = _specification(type)
        _known[type.signature] = None if specification is None else numpy.dtype(specification, align=True)
    return _known[type.signature]


def _specification(type: _native.Type) -> Any:
    if type.kind in _SCALARS:
        return _SCALARS[type.kind]
    if not type.size or type.kind not in ("tuple", "struct"):
        return None
    names = type.names or [f"f{number}" for number in range(len(type.children))]
    fields = []
    for name, child in zip(names, type.children):
        inner = dtype_of(child)
        if inner is None:
            return None
        fields.append((name, inner))
    return fields


def as_array(items: Any) -> Optional[Array]:
    """`items` as an array, when they are one or have numbers in a buffer (array.array, memoryview)."""
    if isinstance(items, (list, tuple, range, str, bytes, bytearray)):
        return None
    loaded = sys.modules.get("numpy")
    if loaded is not None and isinstance(items, loaded.ndarray):
        return cast("Array", items)
    try:
        view = memoryview(items)
    except TypeError:
        return None
    if view.ndim == 0 or view.format in ("c", "s", "P"):
        return None
    import numpy

    return numpy.asarray(view)


def fitting(array: Array, type: _native.Type, function: str) -> bool:
    """Whether the array's memory is items of the type. Raises Mismatch for numbers of another type."""
    if array.ndim == 0:
        raise Mismatch(f"'{function}' takes a series of {type.signature}, and the array has no dimension")
    expected = dtype_of(type)
    if expected is not None:
        if array.ndim == 1 and array.dtype == expected:
            return True
        if array.ndim == 2 and _is_row(type, array):
            return True
    leaf = type
    depth = 1
    while leaf.kind == "list":
        leaf = leaf.children[0]
        depth += 1
    wanted = dtype_of(leaf)
    if wanted is None or array.dtype.kind in "OUS":
        return False
    shaped = array.ndim == depth or (array.ndim == depth + 1 and leaf.kind in ("tuple", "struct"))
    if array.dtype != wanted and not (shaped and _is_row(leaf, array)):
        raise Mismatch(
            f"'{function}' takes {type.signature}, in an array {wanted}, and this one is of {array.dtype}: "
            "its astype() converts it"
        )
    if not shaped:
        raise Mismatch(f"'{function}' takes {type.signature}, and the array's shape is {array.shape}")
    return False


def _is_row(type: _native.Type, array: Array) -> bool:
    """Whether a row of the array is a tuple, or a struct, of numbers of one type."""
    if type.kind not in ("tuple", "struct") or array.shape[-1] != len(type.children):
        return False
    return all(child.kind in _SCALARS and dtype_of(child) == array.dtype for child in type.children)


def from_memory(memory: _native.Memory, dtype: Dtype, shape: Tuple[int, ...]) -> Array:
    """An array over the memory, which lives as long as the array."""
    import numpy

    array: Array = numpy.frombuffer(memoryview(memory), dtype=dtype).reshape(shape)  # type: ignore[arg-type]
    if dtype == numpy.dtype("?") and (array.view("u1") > 1).any():
        # Any byte but 0 is true to a plugin; NumPy knows 0 and 1.
        array = array.view("u1") != 0
        array.flags.writeable = False
    return array


def results(outputs: _native.Outputs, type: _native.Type) -> Optional[Array]:
    """What a call returned as one array over the pool's memory, read-only; None: its type has no dtype."""
    dtype = dtype_of(type)
    if dtype is None:
        return None
    import numpy

    memory = outputs.memory()
    if memory is None:  # nothing, or not side by side
        rows = [tuple(row.values()) if isinstance(row, dict) else row for row in outputs.values()]
        array = numpy.array(rows, dtype=dtype)
        array.flags.writeable = False
        return array
    return from_memory(memory, dtype, (len(outputs),))
