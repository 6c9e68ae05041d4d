"""Plugins that are made wrong, byte by byte, from good ones."""

import os
import struct
from pathlib import Path

CULPRITS = os.environ["PRONG_CULPRITS"]

# Of a 64-bit ELF header (elf(5)).
EI_CLASS, EI_DATA, E_TYPE, E_MACHINE, E_PHOFF, E_SHOFF, E_PHNUM = 4, 5, 16, 18, 32, 40, 56
PT_DYNAMIC, PT_NOTE, PT_GNU_RELRO = 2, 4, 0x6474e552
ET_REL, ET_EXEC, ELFCLASS32, ELFDATA2MSB, EM_S390 = 1, 2, 1, 2, 22
SHT_STRTAB, SHT_DYNAMIC = 3, 6
DT_NULL, DT_NEEDED, DT_RUNPATH = 0, 1, 29
DT_FLAGS_1, DF_1_PIE = 0x6ffffffb, 0x08000000


def changed(source, target, *changes):
    """A copy with each (old, new) of equal length exchanged, wherever it stands."""
    data = Path(source).read_bytes()
    for old, new in changes:
        assert len(old) == len(new), (old, new)
        assert old in data, old
        data = data.replace(old, new)
    Path(target).write_bytes(data)
    return Path(target)


def with_bytes(source, target, offset, new):
    data = bytearray(Path(source).read_bytes())
    data[offset:offset + len(new)] = new
    Path(target).write_bytes(data)
    return Path(target)


def with_header(source, target, offset, value):
    """A copy with another half-word, or byte, in its ELF header."""
    return with_bytes(source, target, offset, bytes([value]) if offset < E_TYPE else struct.pack("<H", value))


def segments(data, wanted):
    """Where the program headers of this type stand."""
    (headers,), (count,) = struct.unpack_from("<Q", data, E_PHOFF), struct.unpack_from("<H", data, E_PHNUM)
    return [at for at in range(headers, headers + 56 * count, 56) if struct.unpack_from("<I", data, at)[0] == wanted]


def as_program(source, target):
    """A copy whose dynamic section says that it is a program."""
    data = bytearray(Path(source).read_bytes())
    (header,) = segments(data, PT_DYNAMIC)
    (at,) = struct.unpack_from("<Q", data, header + 8)
    while struct.unpack_from("<Q", data, at)[0] not in (DT_NULL, DT_FLAGS_1):
        at += 16
    (flags,) = struct.unpack_from("<Q", data, at + 8)
    struct.pack_into("<QQ", data, at, DT_FLAGS_1, flags | DF_1_PIE)
    Path(target).write_bytes(data)
    return Path(target)


def with_endless_notes(source, target):
    """A copy, the first of whose notes of ours says that it is longer than any file."""
    data = bytearray(Path(source).read_bytes())
    name = data.index(b"prong\0")
    struct.pack_into("<I", data, name - 8, 0xfffffff0)
    Path(target).write_bytes(data)
    return Path(target)


def cut(source, target, size):
    Path(target).write_bytes(Path(source).read_bytes()[:size])
    return Path(target)


def with_dependencies(source, target, tag, texts):
    """A copy whose dynamic section has entries of this tag alone, for these texts, as many as there is room for."""
    data = bytearray(Path(source).read_bytes())
    (table,) = struct.unpack_from("<Q", data, E_SHOFF)
    count, _ = struct.unpack_from("<HH", data, 60)
    headers = [table + 64 * number for number in range(count)]
    (dynamic,) = [at for at in headers if struct.unpack_from("<I", data, at + 4)[0] == SHT_DYNAMIC]
    offset, size = struct.unpack_from("<QQ", data, dynamic + 24)
    strings = headers[struct.unpack_from("<I", data, dynamic + 40)[0]]
    # The names that it has stay where they are; the others follow at the end of the file.
    old_offset, old_size = struct.unpack_from("<QQ", data, strings + 24)
    names = data[old_offset:old_offset + old_size]
    places = []
    for text in texts:
        places.append(len(names))
        names += text + b"\0"
    struct.pack_into("<QQ", data, strings + 24, len(data), len(names))
    entries = [(tag, place) for place in places][:size // 16 - 1]
    entries += [(DT_NULL, 0)] * (size // 16 - len(entries))
    for number, entry in enumerate(entries):
        struct.pack_into("<QQ", data, offset + 16 * number, *entry)
    Path(target).write_bytes(data + names)
    return Path(target)
