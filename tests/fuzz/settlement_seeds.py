#!/usr/bin/env python3
"""Writes the corpus of settlement_fuzz.cpp: true accounts of every shape, and some lies, for the fuzzer to begin with. The layout is that of settlement_input.hpp."""
import pathlib
import struct

FINISHED, PART, REFUSED = 1, 2, 3
THREW, REJECTED = 1, 6  # prong::Ending
(RAW, STRINGS, PRINTED_STRUCTS, PRINTED_LISTS, PRINTED_FLOATS, LISTS, RAW_RESULT, TEXT_RESULT, INSPECT, LOAD) = range(10)


def work(shape, items=1, chunk=1, options=0):
    return struct.pack("<4B", shape, items - 1, chunk - 1, options)


def report(task, kind, block, offset, runs, nanoseconds=1000):
    return struct.pack("<6Q", task, kind, block, offset, runs, nanoseconds)


def image(reports=(), head=None, task=0, loading=0, ended=0, block=0, offset=0, runs=0, arena=b""):
    progress = struct.pack("<10Q", task, loading, 0, 0, ended, 0, 0, block, offset, runs)
    words = progress + struct.pack("<3Q", 1, 0, len(reports) if head is None else head)
    slots = b"".join(reports).ljust(4 * 48, b"\0")
    return words + slots + struct.pack("<H", len(arena)) + arena


def block(items, *runs):
    """runs: (first item, count, bytes); a count of 0 is a failure's."""
    table, data = b"", b""
    for first, count, payload in runs:
        data += payload
        table += struct.pack("<Q2I", len(data), first, count)
    return table.ljust((items * 16 + 63) // 64 * 64, b"\0") + data


def failure(kind, what, ending=THREW):
    return struct.pack("<2I", ending, len(kind)) + kind + what


NOTES = (b'{"build_id":"00","notes":["{\\"abi\\":[1,0],\\"kind\\":\\"map\\",\\"function\\":\\"fuzzed.f\\",'
         b'\\"params\\":[{\\"name\\":\\"x\\",\\"type\\":\\"f64\\"}],\\"result\\":\\"f64\\",\\"pure\\":true,'
         b'\\"state\\":false,\\"doc\\":\\"\\"}"],"needed":["libm.so.6"],"run_path":[]}')

two_strings = block(2, (0, 1, b"ab"), (1, 1, b"c"))
seeds = {
    "raw_finished": work(RAW, 4, 2) + image([report(1, FINISHED, 1, 0, 0)]),
    "raw_failed": work(RAW, 4, 4, 4) + image([report(1, FINISHED, 1, 0, 1)],
                                             arena=block(4, (2, 0, failure(b"int", b"no")))),
    "raw_died": work(RAW, 8, 4) + image(task=1, ended=2, block=1),
    "pure_died": work(RAW, 8, 8, 1) + image(task=1, ended=0, block=1),
    "strings_finished": work(STRINGS, 4, 2) + image([report(1, FINISHED, 1, 0, 2)], arena=two_strings),
    "strings_two_tasks": work(STRINGS, 4, 2) + image([report(1, FINISHED, 1, 0, 2)], arena=two_strings)
    + image([report(1, FINISHED, 1, 0, 2), report(2, FINISHED, 2, 0, 2)], arena=two_strings),
    "strings_in_parts": work(STRINGS, 2, 2) + image(
        [report(1, PART, 1, 0, 1), report(1, FINISHED, 2, 128, 1)],
        arena=block(2, (0, 1, b"first")).ljust(128, b"\0") + block(2, (1, 1, b"second"))),
    "lie_item_in_two_parts": work(STRINGS, 2, 2) + image(
        [report(1, PART, 1, 0, 1), report(1, FINISHED, 2, 128, 2)],
        arena=block(2, (0, 1, b"first")).ljust(128, b"\0") + block(2, (0, 1, b"again"), (1, 1, b"second"))),
    "lie_item_after_its_part": work(STRINGS, 3, 3) + image([report(1, PART, 1, 0, 1)], arena=block(3, (0, 1, b"ab")))
    + image(head=1, task=1, ended=2, block=2, runs=1, arena=block(3, (0, 1, b"ab"))),
    "lie_bytes_never_written": work(STRINGS, 2, 2) + image([report(1, FINISHED, 1, 0, 2)],
                                                           arena=struct.pack("<Q2I", 1 << 32, 0, 1) * 2),
    "strings_died": work(STRINGS, 3, 3) + image(task=1, ended=1, block=1, runs=1, arena=block(3, (0, 1, b"ab"))),
    "printed_structs": work(PRINTED_STRUCTS, 4, 4) + image(task=1, ended=3, block=1, runs=1,
                                                           arena=block(4, (0, 2, b"1\n2\n"))),
    "printed_lists": work(PRINTED_LISTS, 3, 3) + image([report(1, FINISHED, 1, 0, 2)],
                                                       arena=block(3, (0, 0, failure(b"", b"bad", REJECTED)),
                                                                   (1, 2, b"[]\n[]\n"))),
    "printed_floats": work(PRINTED_FLOATS, 3, 3, 4) + image(task=1, ended=3, block=1),
    "lists_timed_out": work(LISTS, 3, 3, 16) + image(task=1, ended=1, block=1, runs=1,
                                                    arena=block(3, (0, 1, b"\x90"))),
    "lists_cancelled": work(LISTS, 3, 3, 32 + 2) + image(task=1, ended=1),
    "result_raw": work(RAW_RESULT) + image([report(1, FINISHED, 1, 0, 0)]),
    "result_text": work(TEXT_RESULT) + image([report(1, FINISHED, 1, 0, 1)], arena=block(1, (0, 1, b"sum"))),
    "inspected": work(INSPECT) + image([report(1, FINISHED, 1, 0, 1)], arena=block(1, (0, 1, NOTES))),
    "inspect_died": work(INSPECT) + image(loading=1),
    "load_refused": work(LOAD) + image([report(1, REFUSED, 1, 0, 1)],
                                       arena=block(1, (0, 0, failure(b"missing-symbol", b"a\nb\nc", REJECTED)))),
}

if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent / "corpus/settlement"
    folder.mkdir(exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content)
