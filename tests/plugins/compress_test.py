"""The module `compress` beside the command zstd, in both directions, and with frames that are broken."""

import base64
import json
import random
import shutil
import unittest
from pathlib import Path

from plugin_command import PRONG, PluginTest, lines_of_failures, run, strict

REAL = sorted(file for file in Path("/usr/share/common-licenses").iterdir() if not file.is_symlink())
MEBIBYTE = 1 << 20


def bound(size):
    return ["--bind", f"bytes_max={size}"]


class CompressTest(PluginTest):
    def frames(self, *files, level=3, more=()):
        shown = self.values("map", "compress.zstd", "--bind", f"level={level}", *more, "--files", *files)
        return [base64.b64decode(text, validate=True) for text in shown]

    def contents(self, *files, size=16 * MEBIBYTE, more=()):
        shown = self.values("map", "compress.unzstd", *bound(size), *more, "--files", *files)
        return [base64.b64decode(text, validate=True) for text in shown]


@unittest.skipUnless(shutil.which("zstd"), "there is no command zstd")
class BesideZstd(CompressTest):
    def test_reads_what_we_write(self):
        inputs = [*REAL, Path("/bin/cat"), self.file("empty", b""), self.file("zeros", bytes(MEBIBYTE))]
        for level in (-5, 1, 19):
            for file, frame in zip(inputs, self.frames(*inputs, level=level, more=strict())):
                ended = run("zstd", "-d", "-q", "-c", given=frame)
                self.assertEqual((ended.returncode, ended.stdout), (0, file.read_bytes()), (file, level))

    def test_writes_what_we_read(self):
        inputs = [*REAL, Path("/bin/cat")]
        packed = [self.file(f"{n}.zst", run("zstd", "-q", "-c", f"-{1 + n}", file).stdout)
                  for n, file in enumerate(inputs)]
        unsized = self.file("unsized.zst", run("zstd", "-q", "-c", given=b"no size, " * 1000).stdout)
        both = self.file("both.zst", packed[0].read_bytes() + packed[1].read_bytes())
        contents = self.contents(*packed, unsized, both, more=strict())
        self.assertEqual(contents, [*(file.read_bytes() for file in inputs), b"no size, " * 1000,
                                    inputs[0].read_bytes() + inputs[1].read_bytes()])


class Bounds(CompressTest):
    def test_of_levels_are_told(self):
        for level in (23, -131073):
            (line,) = self.failures("map", "compress.zstd", "-R", "--bind", f"level={level}", given=b"a\n")
            self.assertRegex(line, rf"threw: std::invalid_argument: zstd has the levels -\d+ to 22, and not {level} ")

    def test_higher_levels_make_it_smaller(self):
        low, high = (self.frames(REAL[0], level=level)[0] for level in (1, 19))
        self.assertLess(len(high), len(low))

    def test_of_what_comes_out_are_exact(self):
        for size in (0, 1, 1000, 131072, 131073, 400000):
            packed = self.file("packed", self.frames(self.file("content", bytes(size)))[0])
            self.assertEqual(self.contents(packed, size=size), [bytes(size)])
            if size > 0:
                (line,) = self.failures("map", "compress.unzstd", *bound(size - 1), "--files", packed)
                self.assertIn(f"threw: std::length_error: more than {size - 1} bytes come out of it", line)

    def test_a_bomb_is_an_error_and_takes_no_more_memory_than_the_bound(self):
        """256 MiB of zeros; the worker may have 64."""
        piece = self.frames(self.file("zeros", bytes(16 * MEBIBYTE)))[0]
        bomb = self.file("bomb", piece * 16)
        self.assertLess(bomb.stat().st_size, 200000)
        memory = [] if not strict() else ["--memory", "64M"]
        for size in (1000, 4 * MEBIBYTE):
            (line,) = self.failures("map", "compress.unzstd", *bound(size), *strict(), *memory, "--files", bomb)
            self.assertIn("threw: std::length_error", line)


class Broken(CompressTest):
    def setUp(self):
        super().setUp()
        self.frame = self.frames(REAL[0])[0]

    def endings(self, broken):
        folder = self.dir / "broken"
        folder.mkdir()
        files = []
        for n, content in enumerate(broken):
            files.append(folder / f"{n:04}")
            files[-1].write_bytes(content)
        ended = run(PRONG, "map", "compress.unzstd", *bound(MEBIBYTE), "--on-error", "null", *strict(), "--files", *files)
        return [json.loads(line) for line in ended.stdout.splitlines()], lines_of_failures(ended.stderr)

    def test_frames_that_are_cut_fail_and_say_so(self):
        cuts = [self.frame[:n] for n in range(0, len(self.frame), max(1, len(self.frame) // 200))]
        values, lines = self.endings(cuts)
        self.assertEqual(values, [None] * len(cuts))
        for n, line in enumerate(lines):
            self.assertRegex(line, rf"^prong: item {n} \([^)]*\): threw: std::runtime_error: zstd: .*it ends in the middle of a frame")

    def test_frames_with_flipped_bits_never_give_something_else(self):
        """Each has a checksum of 32 bits, and the seed is fixed."""
        draw = random.Random(9)
        broken = []
        for _ in range(300):
            content = bytearray(self.frame)
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
            broken.append(bytes(content))
        values, lines = self.endings(broken)
        content = base64.b64encode(REAL[0].read_bytes()).decode()
        self.assertEqual({value for value in values if value is not None} - {content}, set())
        self.assertEqual(sum(value is None for value in values), len(lines))
        self.assertGreater(len(lines), 290)
        for line in lines:
            self.assertRegex(line, r"threw: std::(runtime_error: zstd: |length_error: more than)")

    def test_what_is_no_frame_at_all(self):
        values, lines = self.endings([b"", b"text", self.frame + b"more"])
        self.assertEqual(values, [None, None, None])
        self.assertIn("it ends in the middle of a frame, after 0 bytes", lines[0])
        self.assertIn("zstd: Unknown frame descriptor", lines[1])
        self.assertIn("zstd: Unknown frame descriptor", lines[2])


if __name__ == "__main__":
    unittest.main()
