"""The scenarios: what goes wrong, and how that must end for Prong. prong_trial.cpp and python_trial.py play them."""

from typing import NamedTuple


class Scenario(NamedTuple):
    name: str
    title: str
    guilty: str  # how each guilty item ends in Prong: a regular expression
    behaviour: int = 0  # the number in docs/behaviours.md that the tests compare; 0: only the whole table does


SCENARIOS = [
    Scenario("segfault", "an item writes to address 0", "crashed: SIGSEGV", 11),
    Scenario("abort", "an item calls `abort`", "crashed: SIGABRT"),
    Scenario("stack_overflow", "an item recurses without end", "crashed: SIGSEGV"),
    Scenario("exit_zero", "an item calls `exit(0)`", "exited: 0", 13),
    Scenario("underscore_exit_zero", "an item calls `_exit(0)`", "exited: 0", 13),
    Scenario("one_killed", "a busy worker is killed, the only one", "crashed: SIGKILL", 11),
    Scenario("two_killed", "2 busy workers of 2 are killed", "crashed: SIGKILL", 20),
    Scenario("five_killed", "5 of 5", "crashed: SIGKILL", 20),
    Scenario("thirteen_killed", "13 of 13", "crashed: SIGKILL", 20),
    Scenario("idle_killed", "an idle worker is killed", "", 12),
    Scenario("lock_holder_killed", "an idle worker is killed that holds the queue's lock, if there is one", "", 12),
    Scenario("killed_half_written", "a worker is killed while it writes a result of 64 MiB",
             "crashed: SIGKILL|returned", 20),
    Scenario("killed_in_shutdown", "a busy worker is killed after `close`, before `join`", "crashed: SIGKILL", 20),
    Scenario("initializer_throws", "the initializer throws", "PoolBroken|lost", 14),
    Scenario("initializer_exits", "the initializer exits", "PoolBroken|lost", 14),
    Scenario("endless_loop", "two items loop for ever, with a deadline of 1 s", "timed_out", 17),
    Scenario("deaf_endless_loop", "the same, and ignore SIGTERM", "timed_out", 17),
    Scenario("stops_itself", "two items stop their workers (SIGSTOP), with the same deadline", "timed_out", 17),
    Scenario("waits_in_queue", "20 items of 0.15 s, none of which may take more than 1 s", "returned", 17),
    Scenario("strange_exception", "an item throws what cannot be told to the host", "threw"),
    Scenario("unsendable_result", "a result that cannot be sent", "too_large"),
    Scenario("huge_result", "a result of 64 MiB", "returned"),
    Scenario("leaves_thread", "an item leaves a thread behind", "returned"),
    Scenario("leaves_child", "an item leaves a process behind, in a session of its own", "returned"),
    Scenario("closes_descriptors", "an item closes all descriptors", "returned"),
    Scenario("floods_output", "an item prints 5 MB", "returned", 28),
    Scenario("signals_group", "an item calls `kill(0, SIGTERM)`", "crashed: SIGTERM"),
    Scenario("callback_throws", "a callback throws", "the callback's exception"),
    Scenario("input_throws", "the input of `imap` throws after 10 items", "the input's exception"),
    Scenario("fork_fails", "2 workers of 2 are killed while no process can be made, for 0.3 s", "crashed: SIGKILL",
             22),
    Scenario("host_killed_idle", "the host is killed, its workers idle", "", 23),
    Scenario("host_killed_busy", "the host is killed, its workers busy and with children", "", 23),
]
