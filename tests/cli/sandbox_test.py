"""--sandbox, --memory, --allow-read, and `prong info --sandbox`; also where the system lacks what they need."""

import ctypes
import json
import shutil
import struct
import unittest

from plugin_files import CULPRITS, changed
from prong_command import SANITIZED, ProngTest, prong

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ENOSYS, EPERM = 38, 1
# The same numbers on every machine.
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446


def without(call, error):
    """For a child: from here on the system call fails so."""

    def deny():
        load, jump_if_equal, leave = 0x20, 0x15, 0x06
        program = b"".join(struct.pack("HBBI", *instruction) for instruction in (
            (load, 0, 0, 0), (jump_if_equal, 0, 1, call), (leave, 0, 0, 0x00050000 | error), (leave, 0, 0, 0x7fff0000)))
        buffer = ctypes.create_string_buffer(program)
        filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
        if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")

    return deny


@unittest.skipIf(SANITIZED, "the sanitizers take memory, and make system calls, of their own")
class Sandbox(ProngTest):
    def test_results_are_the_same(self):
        for level in ("none", "limits", "strict"):
            with self.subTest(level):
                self.check("map", "examples.square", "1", "2", "3", "--sandbox", level, out=b"1\n4\n9\n")
                self.check("run", "text.count", "-R", "--sandbox", level, given=b"a b\nc\n",
                           out=b'{"lines":2,"words":3,"bytes":6}\n')
                self.check("call", "examples.hypot", "3", "4", "--sandbox", level, out=b"5\n")

    def test_files_reach_a_worker_that_may_open_none(self):
        folder = self.folder()
        (folder / "a").write_text("abc")
        self.check("map", "-r", "examples.upper", "--files", str(folder / "a"), "--sandbox", "strict", out=b"ABC\n")

    def test_a_crash_is_a_crash(self):
        ended = prong("map", "examples.crash", "0", "1", "0", "--sandbox", "strict")
        self.assertEqual((ended.status, ended.out), (1, b"0\n0\n"))
        self.assertRegex(ended.err, rb"^prong: item 1: crashed: SIGSEGV in examples\.crash ")

    def test_allow_read(self):
        folder = self.folder()
        (folder / "a").write_text("abc")
        words = ("map", "lives.can_read", "--plugins", CULPRITS, "--sandbox", "strict", str(folder / "a"))
        self.check(*words, out=b"false\n")
        self.check(*words, "--allow-read", str(folder), out=b"true\n")
        self.check_usage(*words, "--allow-read", str(folder / "none"),
                         err=f"workers cannot be allowed to read '{folder}/none': No such file or directory".encode())

    def test_a_library_behind_the_wall(self):
        folder, libraries = self.folder(), self.folder()
        shutil.copytree(f"{CULPRITS}/library", libraries / "l")
        run_path = b"$ORIGIN/library:$ORIGIN/library/inner"
        place = str(libraries / "l").encode()
        self.assertLessEqual(len(place), len(run_path))
        changed(f"{CULPRITS}/needs_library.so", folder / "needs_library.so", (run_path, place.ljust(len(run_path), b"/")))
        words = ("map", "needs_library.twice", "--plugins", str(folder), "3", "--sandbox")
        self.check(*words, "limits", out=b"6\n")
        ended = prong(*words, "strict")
        self.assertEqual((ended.status, ended.out), (3, b""))
        self.assertIn(f"found {libraries}/l/libprong_test_library.so, which a worker in a strict sandbox may not read; "
                      f"to mend it: let workers read that folder: PoolOptions::allow_read, or --allow-read {libraries}/l ",
                      ended.err.decode())
        self.check(*words, "strict", "--allow-read", str(libraries / "l"), out=b"6\n")

    def test_memory(self):
        for more in ([], ["--sandbox", "limits"], ["--sandbox", "strict"]):
            ended = prong("map", "culprits.repeat", "--plugins", CULPRITS, "--memory", "64M", *more, "1", "100000000", "2")
            self.assertEqual((ended.status, ended.out), (1, b'"r"\n"rr"\n'), ended.err)
            self.assertIn(b"prong: item 1: threw: std::bad_alloc", ended.err)

    def test_processor_time(self):
        for words in (["map", "--sandbox", "strict"], ["map"], ["call"]):
            ended = prong(*words, "trials.spin", "100", *(["0.01"] if words[0] == "map" else []), "--cpu", "0.2")
            self.assertEqual((ended.status, ended.out), (1, b"0.01\n" if words[0] == "map" else b""), ended.err)
            self.assertRegex(ended.err, rb"^prong: (item 0: )?timed_out: .*processor")
        # Time that passes costs nothing.
        self.check("map", "examples.slow", "0.3", "--cpu", "0.2", out=b"0.3\n")

    def test_descriptors(self):
        for more in ([], ["--sandbox", "strict"]):
            most = int(prong("map", "trials.open_files", "1000", "--descriptors", "32", *more).out)
            self.assertLess(most, 32)
            self.assertGreater(most, 8)
            self.assertEqual(int(prong("map", "trials.open_files", "1000", "--descriptors", "42", *more).out), most + 10)
        self.check_usage("map", "trials.open_files", "1", "--descriptors", "3",
                         err=b"--descriptors 3: a worker itself needs 16")

    def test_wrong_usage(self):
        word = ("map", "examples.square", "1")
        self.check_usage(*word, "--sandbox", "some", err=b"--sandbox some: none, limits or strict is needed")
        for option, value in (("--memory", "64M"), ("--cpu", "1"), ("--descriptors", "64")):
            self.check_usage(*word, option, value, "--sandbox", "none", err=f"{option} needs --sandbox limits or strict".encode())
        for value in ("0", "x", "-1"):
            self.check_usage(*word, "--cpu", value, err=f"--cpu {value}: a number of seconds is needed, above 0".encode())
            self.check_usage(*word, "--descriptors", value,
                             err=f"--descriptors {value}: a whole number from 1 on is needed".encode())
        self.check_usage(*word, "--sandbox", "none", "--memory", "1G", err=b"--memory needs --sandbox limits or strict")
        for size in ("", "x", "0", "-1", "1.5G", "1GB", "1g", "99999999999T", "16777216P"):
            self.check_usage(*word, "--memory", size, err=f"--memory {size}: a number of bytes is needed, or one with "
                                                          "K, M, G or T, as 512M".encode())
        self.check_usage(*word, "--memory", "1K", err=b"--memory 1024: a worker itself needs 16777216 bytes")
        self.check_usage(*word, "--allow-read", "/tmp", "--sandbox", "limits",
                         err=b"--allow-read needs --sandbox strict: otherwise workers may read what you may")


class Lacking(ProngTest):
    """What cannot be had is refused."""

    def refused(self, *words, call, error):
        ended = prong("map", "examples.square", "1", *words, preexec_fn=without(call, error))
        self.assertEqual((ended.status, ended.out), (4, b""), ended.err)
        return ended.err.decode()

    def test_landlock(self):
        err = self.refused("--sandbox", "strict", call=LANDLOCK_CREATE_RULESET, error=ENOSYS)
        self.assertRegex(err, r"^prong: the sandbox 'strict' cannot be had: this system has no Landlock \(.*\n$")
        for level in ("none", "limits"):
            ended = prong("map", "examples.square", "3", "--sandbox", level,
                          preexec_fn=without(LANDLOCK_CREATE_RULESET, ENOSYS))
            self.assertEqual(ended, (0, b"9\n", b""))

    def test_what_a_worker_finds_out(self):
        err = self.refused("--sandbox", "strict", call=LANDLOCK_RESTRICT_SELF, error=EPERM)
        self.assertIn("its workers cannot enter their sandbox: prong: a worker cannot go on: landlock_restrict_self: "
                      "Operation not permitted", err)

    def test_is_told(self):
        ended = prong("info", "--sandbox", preexec_fn=without(LANDLOCK_CREATE_RULESET, ENOSYS))
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertRegex(ended.out.decode(), r"\nfirst-victim +yes +yes +-\n")
        self.assertRegex(ended.out.decode(), r"\nstrict: the sandbox 'strict' cannot be had: this system has no Landlock")


@unittest.skipIf(SANITIZED, "the sanitizers make system calls of their own")
class Info(ProngTest):
    def test_of_all_levels(self):
        ended = prong("info", "--sandbox")
        self.assertEqual((ended.status, ended.err), (0, b""))
        out = ended.out.decode()
        self.assertTrue(out.startswith("in force              none  limits  strict\n"), out)
        self.assertRegex(out, r"\nfirst-victim +yes +yes +yes\n")
        for bound in ("memory", "stack", "descriptors", "processor-time"):
            self.assertRegex(out, rf"\n{bound} +no +yes +yes\n")
        self.assertRegex(out, r"\nprocesses +no +no +yes\n")

    def test_as_json(self):
        levels = json.loads(prong("info", "--sandbox", "--json").out)
        self.assertEqual([(one["level"], one["refusal"]) for one in levels],
                         [("none", None), ("limits", None), ("strict", None)])
        self.assertTrue(all(layer["in_force"] for layer in levels[2]["layers"]), levels[2])
        self.assertEqual(len({tuple(layer["name"] for layer in one["layers"]) for one in levels}), 1)
        self.assertIn({"name": "shared-memory", "in_force": True, "detail": "memfd_create: EPERM, mmap: EPERM"},
                      levels[2]["layers"])

    def test_takes_no_name(self):
        self.check_usage("info", "--sandbox", "examples",
                         err=b"prong info --sandbox takes no operand, and there is 'examples'")


if __name__ == "__main__":
    unittest.main()
