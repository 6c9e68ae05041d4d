"""Runs of MPI with one to three ranks, all on this machine and its loopback: drives mpirun and the real executable."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from pathlib import Path

PRONG = Path(os.environ["PRONG"])
ENGINE = os.environ.get("PRONG_MPI_MODULE", "")
RANKED = os.environ["PRONG_RANKED"]
EXAMPLES = os.environ["PRONG_EXAMPLES"]
MPIRUN = shutil.which("mpirun")

# Nothing takes so long unless it hangs.
WATCHDOG_SECONDS = 60
MARK = f"PRONG_TEST_MARK={uuid.uuid4()}"


def why_not():
    if not MPIRUN:
        return "mpirun is missing: install openmpi-bin"
    if not ENGINE:
        return "this build has no MPI: install libopenmpi-dev, and build again"
    if os.environ.get("PRONG_SANITIZE"):
        return "the sanitizers would report what MPI does: test_cluster covers what is ours"
    return None


def facts(process):
    """Environment and command line of one that lives; None: it does not, or is another's."""
    try:
        environment = (process / "environ").read_bytes().split(b"\0")
        return environment, (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None


def marked():
    """Whoever was started by the test, or by those, and lives: command lines by number."""
    found = {int(process.name): facts(process) for process in Path("/proc").glob("[0-9]*")}
    return {number: one for number, one in found.items() if one and MARK.encode() in one[0]}


def pid_of(rank):
    """The host on that rank, not its zygote or workers."""
    for number, (environment, words) in marked().items():
        if f"OMPI_COMM_WORLD_RANK={rank}".encode() in environment and words[0] == os.fsencode(PRONG):
            return number
    raise LookupError(f"no process of rank {rank}")


def wait_until(is_so, what):
    end = time.monotonic() + WATCHDOG_SECONDS
    while not (value := is_so()):
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} within {WATCHDOG_SECONDS} s")
        time.sleep(0.02)
    return value


class RanksTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="prong-mpi-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.addCleanup(self.check_nothing_is_left)

    def check_nothing_is_left(self):
        try:
            wait_until(lambda: not marked(), f"end of {[words for _, words in marked().values()]}")
        finally:
            for number in marked():
                os.kill(number, signal.SIGKILL)

    def environment(self):
        name, value = MARK.split("=")
        base = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        return {**base, name: value, "HOME": str(self.folder), "TMPDIR": str(self.folder),
                "PRONG_PLUGIN_PATH": f"{EXAMPLES}:{RANKED}",
                "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_pml": "ob1", "OMPI_MCA_btl": "self,tcp",
                "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo"}

    def start(self, *words, stdin=subprocess.DEVNULL):
        process = subprocess.Popen(list(map(str, words)), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=self.environment())
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        """Also one whose test has failed; mpirun ends its ranks when it is asked to."""
        process.terminate()
        process.communicate()

    def ended(self, process, given=None):
        try:
            out, err = process.communicate(given, WATCHDOG_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise TimeoutError(f"still ran after {WATCHDOG_SECONDS} s: {process.args}\n{out}\n{err}") from None
        return process.returncode, out, err

    def start_ranks(self, ranks, *words, stdin=subprocess.DEVNULL):
        return self.start(MPIRUN, "-n", ranks, "--bind-to", "none", PRONG, *words, "--on", "mpi", stdin=stdin)

    def on_ranks(self, ranks, *words, given=None):
        stdin = subprocess.DEVNULL if given is None else subprocess.PIPE
        return self.ended(self.start_ranks(ranks, *words, stdin=stdin), given)

    def here(self, *words, given=None):
        stdin = subprocess.DEVNULL if given is None else subprocess.PIPE
        return self.ended(self.start(PRONG, *words, stdin=stdin), given)

    def check_as_here(self, *words, given=None, ranks=(1, 2, 3)):
        """Status and results are those of a run without MPI."""
        status, out, _ = self.here(*words, given=given)
        for count in ranks:
            with self.subTest(ranks=count, words=words):
                got_status, got_out, err = self.on_ranks(count, *words, given=given)
                self.assertEqual((got_status, got_out), (status, out), err)

    def test_results_are_those_of_one_machine(self):
        self.check_as_here("map", "examples.square", "--range", "20000")

    def test_standard_input_is_that_of_rank_0(self):
        self.check_as_here("map", "examples.cube", given="".join(f"{i}\n" for i in range(5000)), ranks=[2])

    def test_call_and_run(self):
        self.check_as_here("call", "examples.hypot", "3", "4", ranks=[2])
        self.check_as_here("run", "examples.square", "--range", "1000", ranks=[1, 3])

    def test_bench(self):
        status, out, err = self.on_ranks(2, "bench", "examples.square", "--range", "100", "--json")
        self.assertEqual(status, 0, err)
        self.assertIn('"function":"examples.square"', out)

    def test_long_items(self):
        file = self.folder / "long.txt"
        file.write_bytes(b"abcdefgh" * (5 << 20))
        self.check_as_here("map", "examples.upper", "-r", "--files", *[str(file)] * 3, ranks=[2])

    def test_a_crash_is_the_items_outcome(self):
        words = ("map", "examples.crash", *("0" if i != 17 else "1" for i in range(40)), "--on-error", "null")
        self.check_as_here(*words, ranks=[2])
        _, _, err = self.on_ranks(2, *words)
        self.assertIn("item 17: crashed: SIGSEGV", err)

    def test_all_ranks_work(self):
        folder = self.folder / "runs"
        folder.mkdir()
        run = self.start_ranks(3, "map", "ranked.wait", "--range", "40", "--chunk", "1", "--bind", f"folder={folder}", "-j", "1")
        wait_until(lambda: {file.name.split(".")[0] for file in folder.iterdir()} >= {"0", "1", "2"}, "item on each rank")
        (folder / "open").touch()
        status, out, err = self.ended(run)
        self.assertEqual((status, out), (0, "".join(f"{i}\n" for i in range(40))), err)

    def test_a_journal_is_gone_on_with(self):
        folder = self.folder / "runs"
        folder.mkdir()
        (folder / "open").touch()
        words = ("map", "ranked.wait", "--range", "20", "--bind", f"folder={folder}", "--journal", str(self.folder / "journal"))
        expected = (0, "".join(f"{i}\n" for i in range(20)))
        self.assertEqual(self.on_ranks(2, *words)[:2], expected)
        for file in folder.glob("[0-9]*"):
            file.unlink()
        self.assertEqual(self.on_ranks(2, *words, "--resume")[:2], expected)
        self.assertEqual(list(folder.glob("[0-9]*")), [])

    def test_nodes_may_be_started_as_such(self):
        status, out, err = self.ended(self.start(MPIRUN, "-n", "1", PRONG, "map", "examples.square", "1", "2", "3", "--on", "mpi",
                                                 ":", "-n", "2", PRONG, "worker", "--on", "mpi", "--slots", "1"))
        self.assertEqual((status, out), (0, "1\n4\n9\n"), err)
        self.assertIn("joined mpi, rank 1 of 3", err)

    def test_rank_0_is_no_mere_node(self):
        status, out, err = self.on_ranks(2, "worker")
        self.assertEqual((status, out), (2, ""), err)
        self.assertIn("rank 0 is the one that gives work", err)

    def test_what_nobody_has(self):
        status, out, err = self.on_ranks(2, "map", "examples.nothing", "1")
        self.assertEqual((status, out), (3, ""), err)
        self.assertIn("cannot find", err)

    def check_a_lost_rank(self, lost):
        folder = self.folder / "runs"
        folder.mkdir()
        run = self.start_ranks(3, "map", "ranked.wait", "--range", "40", "--chunk", "1", "--bind", f"folder={folder}", "-j", "1")
        wait_until(lambda: list(folder.glob(f"{lost}.*")), f"item on rank {lost}")
        os.kill(pid_of(lost), signal.SIGKILL)
        status, out, err = self.ended(run)
        self.assertNotEqual(status, 0, err)
        self.assertRegex(err, rf"rank {lost} .*(\n.*)?(Killed|signal 9)")
        self.assertLess(len(out.splitlines()), 40)

    def test_a_lost_rank_ends_the_run(self):
        self.check_a_lost_rank(2)

    def test_a_lost_client_ends_the_run(self):
        self.check_a_lost_rank(0)

    @unittest.skipUnless(os.environ.get("PRONG_TEST_ALL") == "1", "./dev test-all runs this: it waits for half a minute")
    def test_a_stopped_rank_is_told_at_the_end(self):
        folder = self.folder / "runs"
        folder.mkdir()
        run = self.start_ranks(3, "map", "ranked.wait", "--range", "40", "--chunk", "1", "--bind", f"folder={folder}", "-j", "1",
                               "--patience", "3")
        wait_until(lambda: list(folder.glob("2.*")), "item on rank 2")
        os.kill(pid_of(2), signal.SIGSTOP)
        (folder / "open").touch()
        status, out, err = self.ended(run)
        self.assertEqual((status, out), (4, "".join(f"{i}\n" for i in range(40))), err)
        self.assertIn("rank 2 of MPI does not answer at the end of the run", err)

    def test_without_the_module(self):
        place = self.folder / "moved"
        tree = PRONG.parent.parent
        for file in (PRONG, tree / "libexec/prong/prong-zygote", *tree.glob("lib/libprong.so*")):
            to = place / file.relative_to(tree)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, to, follow_symlinks=False)
        status, out, err = self.ended(self.start(place / "bin/prong", "map", "examples.square", "1", "--on", "mpi"))
        self.assertEqual((status, out), (3, ""), err)
        self.assertIn("there is no MPI for Prong", err)
        self.assertIn("libopenmpi-dev", err)


if __name__ == "__main__":
    if reason := why_not():
        print(reason)
        sys.exit(77)
    unittest.main(verbosity=2)
