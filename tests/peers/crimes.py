"""Items that name their crime, for Python's pools. crimes.cpp has the same for Prong."""

import ctypes
import os
import signal
import sys
import threading
import time

HUGE = 64 << 20
FLOOD_LINES = 50_000  # of 100 bytes


class Strange(Exception):
    """Can be pickled and not unpickled, as every exception whose __init__ wants more than it hands on."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def leave_mark(path):
    """Appends a line, for the host to see that the item has started and where."""
    with open(path, "a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")


def hold(path):
    leave_mark(path)
    while True:
        signal.pause()


def leave_child():
    if os.fork() == 0:
        os.setsid()
        while True:
            signal.pause()


def hold_with_child(path):
    leave_child()
    hold(path)


def loop():
    while True:
        pass


def loop_deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    loop()


def overflow_stack():
    """In C: Python's own limit would only raise RecursionError."""
    sys.setrecursionlimit(1 << 30)

    def sink(x):
        return max([x], key=sink)

    sink(0)


def flood():
    for _ in range(FLOOD_LINES):
        sys.stdout.write("f" * 99 + "\n")
    sys.stdout.flush()


def raise_strange():
    raise Strange(1, 2)


def is_writing(thread):
    with open(f"/proc/self/task/{thread}/syscall", encoding="ascii") as file:
        return file.read().startswith("1 ")  # write()


def die_half_written():
    """Dies while the result is being written to the pipe, which holds 64 KiB of it."""
    thread = threading.get_native_id()

    def kill():
        while not is_writing(thread):
            time.sleep(0.001)  # a thread that never sleeps would keep the other from its work
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    return bytes(HUGE)


CRIMES = {
    "": lambda: time.sleep(0.01),
    "abort": os.abort,
    "closes_descriptors": lambda: os.closerange(0, 1 << 16),
    "deaf_endless_loop": loop_deaf,
    "endless_loop": loop,
    "exit_zero": lambda: sys.exit(0),
    "floods_output": flood,
    "hold": hold,
    "hold_with_child": hold_with_child,
    "huge_result": lambda: bytes(HUGE),
    "killed_half_written": die_half_written,
    "leaves_child": leave_child,
    "leaves_thread": lambda: threading.Thread(target=time.sleep, args=(3600,)).start(),
    "nap": lambda: time.sleep(0.15),
    "quick": lambda: None,
    "segfault": lambda: ctypes.string_at(0),
    "signals_group": lambda: os.kill(0, signal.SIGTERM),
    "stack_overflow": overflow_stack,
    "stops_itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "strange_exception": raise_strange,
    "underscore_exit_zero": lambda: os._exit(0),
    "unsendable_result": threading.Lock,
}


def work(item):
    """An item is a crime and, after a space, its argument."""
    crime, *argument = item.split(" ", 1)
    result = CRIMES[crime](*argument)
    return "done" if result is None else result


def throw_at_birth(path):
    leave_mark(path)
    raise RuntimeError("cannot begin")


def exit_at_birth(path):
    leave_mark(path)
    sys.exit(3)
