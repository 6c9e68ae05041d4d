"""The module `image`: pictures as they should be, and a folder of pictures as they should not be."""

import base64
import json
import os
import random
import shutil
import subprocess
import unittest
import zlib
from pathlib import Path

import pictures
from pictures import GRAY, GRAY_ALPHA, RGB, RGBA, jpeg, png, read_jpeg, read_png
from plugin_command import PRONG, PluginTest, run, strict

HAS_CJPEG = all(map(shutil.which, ("cjpeg", "djpeg", "jpegtran")))


def slope(x, y):
    return 4 * x, 4 * y, 2 * (x + y)


def scene(x, y):
    """Something to see at every scale; 0 to 63."""
    return ((x * y) // 16 + 90 * ((x // 16 + y // 16) % 2)) % 256, 4 * x, 255 - 4 * y


def brightness(picture):
    width, height, channels, rows = picture
    return width, height, 1, [[(299 * row[x] + 587 * row[x + 1] + 114 * row[x + 2]) // 1000
                               for x in range(0, len(row), channels)] for row in rows]


def mean(rows, channels, left, top, right, bottom):
    pixels = [row[x * channels:(x + 1) * channels] for row in rows[top:bottom] for x in range(left, right)]
    return [sum(pixel[c] for pixel in pixels) / len(pixels) for c in range(channels)]


class ImageTest(PluginTest):
    def thumbnails(self, *files, edge=None, more=()):
        function = ["image.fit", "--bind", f"edge={edge}"] if edge else ["image.thumbnail"]
        shown = self.values("map", *function, *more, *strict(), "--files", *files)
        return [base64.b64decode(text, validate=True) for text in shown]

    def are_near(self, one, other, apart=6):
        self.assertEqual(one[:3], other[:3])
        for a, b in zip(one[3], other[3]):
            self.assertLessEqual(max(abs(x - y) for x, y in zip(a, b)), apart, (list(a), list(b)))


class Png(ImageTest):
    def test_of_every_colour_type_has_its_size(self):
        kinds = {GRAY: lambda x, y: [x], RGB: slope, GRAY_ALPHA: lambda x, y: [x, y], RGBA: lambda x, y: (x, y, 9, 200)}
        files = [self.file(f"{colour}{interlaced}", png(50, 20, pixel, colour, interlaced))
                 for colour, pixel in kinds.items() for interlaced in (False, True)]
        self.assertEqual(self.values("map", "image.size", "--files", *files),
                         [{"format": "PNG", "width": 50, "height": 20}] * len(files))
        sizes = [read_png(small)[:3] for small in self.thumbnails(*files, edge=25)]
        self.assertEqual(sizes, [(25, 10, channels) for channels in (3, 3, 3, 3, 4, 4, 4, 4)])

    def test_of_palettes_and_other_depths(self):
        two = (pictures.MAGIC + pictures.header(16, 2, pictures.PALETTE, 1)
               + pictures.chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255])) + pictures.chunk(b"tRNS", bytes([128]))
               + pictures.chunk(b"IDAT", zlib.compress(b"\0\x00\xff\0\xff\x00")) + pictures.chunk(b"IEND", b""))
        deep = (pictures.MAGIC + pictures.header(2, 1, GRAY, 16)
                + pictures.chunk(b"IDAT", zlib.compress(b"\0\xff\xff\x80\x80")) + pictures.chunk(b"IEND", b""))
        small, same = self.thumbnails(self.file("two", two), self.file("deep", deep), edge=2)
        self.assertEqual(read_png(small), (2, 1, 4, [bytes([85, 0, 170, 192, 85, 0, 170, 192])]))
        self.assertEqual(read_png(same), (2, 1, 3, [bytes([255] * 3 + [128] * 3)]))

    def test_that_is_small_stays_as_it_is(self):
        for interlaced in (False, True):
            (small,) = self.thumbnails(self.file("a", png(33, 17, scene, RGB, interlaced)), edge=33)
            self.assertEqual(read_png(small), (33, 17, 3, [bytes(v for x in range(33) for v in scene(x, y)) for y in range(17)]))

    def test_is_the_mean_of_what_it_covers(self):
        whole = [bytes(v for x in range(64) for v in scene(x, y)) for y in range(48)]
        (small,) = self.thumbnails(self.file("a", png(64, 48, scene)), edge=16)
        expected = [bytes(round(v) for x in range(16) for v in mean(whole, 3, 4 * x, 4 * y, 4 * x + 4, 4 * y + 4))
                    for y in range(12)]
        self.are_near(read_png(small), (16, 12, 3, expected), apart=1)
        # Parts of pixels count as parts.
        (small,) = self.thumbnails(self.file("b", png(3, 1, lambda x, y: [90 * x] * 3)), edge=2)
        self.assertEqual(read_png(small), (2, 1, 3, [bytes([30] * 3 + [150] * 3)]))

    def test_of_what_is_transparent_lends_no_colour(self):
        (small,) = self.thumbnails(self.file("a", png(2, 1, lambda x, y: (255, 0, 0, 255) if x else (0, 255, 0, 0), RGBA)), edge=1)
        self.assertEqual(read_png(small), (1, 1, 4, [bytes([255, 0, 0, 128])]))

    def test_that_is_long_keeps_a_pixel(self):
        (small,) = self.thumbnails(self.file("a", png(500, 1, slope_of_one)), edge=4)
        self.assertEqual(read_png(small)[:2], (4, 1))

    def test_has_an_edge_of_256_unless_told(self):
        (small,) = self.thumbnails(self.file("a", png(512, 100, slope_of_one)))
        self.assertEqual(read_png(small)[:2], (256, 50))

    def test_needs_an_edge(self):
        (line,) = self.failures("map", "image.fit", "--bind", "edge=0", "--files", self.file("a", png(1, 1, slope)))
        self.assertIn("threw: std::invalid_argument: a picture has an edge of 1 pixel at least", line)


def slope_of_one(x, y):
    return [x % 256] * 3


@unittest.skipUnless(HAS_CJPEG, "there are no commands cjpeg, djpeg and jpegtran")
class Jpeg(ImageTest):
    def test_of_every_kind_has_its_size(self):
        kinds = ([], ["-progressive"], ["-grayscale"], ["-restart", "1"], ["-arithmetic"], ["-rgb"])
        files = [self.file(str(n), jpeg(64, 48, slope, *words)) for n, words in enumerate(kinds)]
        self.assertEqual(self.values("map", "image.size", "--files", *files),
                         [{"format": "JPEG", "width": 64, "height": 48}] * len(files))
        for words, small in zip(kinds, self.thumbnails(*files, edge=20)):
            self.assertEqual(read_jpeg(small)[:2], (20, 15), words)

    def test_looks_as_it_should(self):
        """Beside the same picture as PNG, whose pixels are computed in another test."""
        picture = jpeg(64, 64, slope)
        files = self.file("a", picture), self.file("b", png(64, 64, slope))
        for edge in (64, 40, 16, 8):
            ours, other = self.thumbnails(*files, edge=edge)
            # Of colours, JPEG keeps every second one: in small pictures they run.
            self.are_near(brightness(read_jpeg(ours)), brightness(read_png(other)))

    def test_is_turned_as_its_camera_was(self):
        upright = {1: [], 2: ["-flip", "horizontal"], 3: ["-rotate", "180"], 4: ["-flip", "vertical"], 5: ["-transpose"],
                   6: ["-rotate", "90"], 7: ["-transverse"], 8: ["-rotate", "270"]}
        picture = jpeg(64, 48, lambda x, y: (255 if x > 32 and y > 24 else 0, 4 * x, 4 * y))
        expected, tagged = [], []
        for number, words in upright.items():
            turned = pictures.command("jpegtran", *words, given=picture) if words else picture
            expected.append(self.file(f"expected-{number}", turned))
            for order in "<>":
                tagged.append(self.file(f"{number}{order}", pictures.with_orientation(picture, number, order)))
        expected = [read_jpeg(small) for small in self.thumbnails(*expected, edge=16)]
        for n, ours in enumerate(self.thumbnails(*tagged, edge=16)):
            self.are_near(read_jpeg(ours), expected[n // 2])
        sizes = [(size["width"], size["height"]) for size in self.values("map", "image.size", "--files", *tagged)]
        self.assertEqual(sizes, [(64, 48)] * 8 + [(48, 64)] * 8)

    def test_with_exif_that_lies_is_not_turned(self):
        picture = jpeg(16, 8, slope)
        lies = [pictures.with_orientation(picture, number) for number in (0, 9, 65535)]
        exif = pictures.with_orientation(picture, 6)
        at = exif.index(b"Exif\0\0") + 6
        for place, value in ((4, b"\xff\xff\xff\xff"), (4, b"\x00\x00\x00\x00"), (8, b"\xff\xff"), (4, b"\x19\0\0\0")):
            lies.append(exif[:at + place] + value + exif[at + place + len(value):])
        files = [self.file(str(n), lie) for n, lie in enumerate(lies)]
        sizes = self.values("map", "image.size", "--files", *files)
        # Where there are more entries than the block holds, the first one still stands.
        self.assertEqual([size["width"] for size in sizes], [16, 16, 16, 16, 16, 8, 16])

    def test_of_inks(self):
        for inks, colour in (((0, 0, 0, 0), (255, 255, 255)), ((255, 0, 0, 0), (0, 255, 255)), ((0, 0, 0, 255), (0, 0, 0)),
                             ((0, 128, 0, 0), (255, 127, 255)), ((100, 50, 0, 100), (94, 125, 155))):
            picture = subprocess.run([os.environ["PRONG_CMYK_JPEG"], *map(str, inks)], capture_output=True, check=True).stdout
            (small,) = self.thumbnails(self.file("a", picture), edge=8)
            self.are_near(read_jpeg(small), (8, 8, 3, [bytes(colour * 8)] * 8))


@unittest.skipUnless(HAS_CJPEG, "there are no commands cjpeg, djpeg and jpegtran")
class Likeness(ImageTest):
    def distances(self, *contents, distance=64):
        files = [self.file(f"{n}", content) for n, content in enumerate(contents)]
        pairs = json.loads(self.printed("run", "image.fingerprint", "--bind", f"distance={distance}", "--files", *files))
        return {(pair["first"], pair["second"]): pair["distance"] for pair in pairs}

    def test_survives_other_formats_qualities_and_sizes(self):
        original = jpeg(64, 64, scene)
        again = pictures.command("cjpeg", "-quality", "30", "-outfile", "/dev/stdout",
                                 given=pictures.command("djpeg", "-ppm", "-scale", "1/2", given=original))
        other = png(64, 64, lambda x, y: [(x * 37 + y * 91) % 256] * 3)
        found = self.distances(original, png(64, 64, scene), again, pictures.with_orientation(original, 3), other)
        self.assertLessEqual(found[0, 1], 2)
        self.assertLessEqual(found[0, 2], 6)
        self.assertGreater(found[0, 3], 10)
        self.assertGreater(found[0, 4], 10)
        self.assertEqual(set(self.distances(original, other, again, distance=6)), {(0, 2)})

    def test_is_a_bit_for_each_step_to_the_right(self):
        steps = png(9, 8, lambda x, y: [(100, 101, 101, 90, 91, 92, 93, 92, 93)[x] if y else 9 * x] * 3)
        (text,) = self.values("map", "image.fingerprint", "--files", self.file("a", steps))
        self.assertEqual(text, "ff" + f"{0b10011101:02x}" * 7)

    def test_sees_what_is_transparent_on_white(self):
        clear = png(9, 8, lambda x, y: (0, 0, 0, 0 if x % 2 else 255), RGBA)
        seen = png(9, 8, lambda x, y: [255 if x % 2 else 0] * 3)
        self.assertEqual(self.distances(clear, seen)[0, 1], 0)


def flips(content, count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        broken = bytearray(content)
        for _ in range(draw.choice((1, 1, 4, 20))):
            broken[draw.randrange(len(broken))] ^= 1 << draw.randrange(8)
        yield bytes(broken)


def cuts(content, count):
    return (content[:len(content) * n // count] for n in range(count))


class Hostile(ImageTest):
    """Every file is accounted for: a thumbnail, or an error that says what and where."""

    GOOD = r"$"
    EMPTY = r"threw: image::Damaged: neither JPEG nor PNG: it is empty "
    FOREIGN = r"threw: image::Damaged: neither JPEG nor PNG: it begins with( [0-9a-f]{2})+ "
    MANY = r"threw: image::Damaged: (JPEG|PNG): \d+ x \d+ pixels are more than the 100000000 that are decoded "
    BROKEN = r"threw: image::Damaged: (JPEG|PNG)(, row \d+ of \d+)?, byte \d+ of \d+: .+"
    ANY = f"$|{EMPTY}|{FOREIGN}|{MANY}|{BROKEN}"

    def setUp(self):
        super().setUp()
        self.expected = {}

    def add(self, name, content, ending):
        self.expected[self.file(name, content)] = ending

    def add_broken(self, name, content, seed):
        """All of `content` is needed, and every bit of a PNG is checked."""
        checked = content.startswith(pictures.MAGIC)
        for n, part in enumerate(cuts(content, 60)):
            self.add(f"cut-{n}-{name}", part, self.EMPTY if not part else f"{self.FOREIGN}|{self.BROKEN}")
        for n, flipped in enumerate(flips(content, 100, seed)):
            self.add(f"flipped-{n}-{name}", flipped, f"{self.FOREIGN}|{self.MANY}|{self.BROKEN}" if checked else self.ANY)

    def add_png(self):
        for n, interlaced in enumerate((False, True)):
            good = png(40, 30, scene, RGB, interlaced)
            self.add(f"good-{n}.png", good, self.GOOD)
            self.add_broken(f"{n}.png", good, n)
            # All 30 rows are there, and nothing after them.
            self.add(f"endless-{n}.png", good[:-12], r"threw: image::Damaged: PNG, byte \d+ of \d+: ")
        self.add("long-name.jpg", png(4, 3, slope), self.GOOD)  # of another name
        for width, height in ((1000000, 1000000), (1000000, 101), (10001, 10000)):
            self.add(f"huge-{width}-{height}.png", pictures.MAGIC + pictures.header(width, height) + pictures.chunk(
                b"IDAT", zlib.compress(b"")) + pictures.chunk(b"IEND", b""), self.MANY)
        for width, height in ((2**31 - 1, 2**31 - 1), (1000001, 1), (0, 1), (1, 0)):
            self.add(f"wrong-{width}-{height}.png", pictures.MAGIC + pictures.header(width, height), self.BROKEN)
        # Of a few thousand bytes: 25 million pixels, and pixels that a megabyte comes after; texts and profiles.
        bits = zlib.compress(bytes(5000 * (1 + 625)), 9)
        self.add("bomb.png", pictures.MAGIC + pictures.header(5000, 5000, GRAY, 1) + pictures.chunk(b"IDAT", bits)
                 + pictures.chunk(b"IEND", b""), self.GOOD)
        self.add("too-much.png", pictures.MAGIC + pictures.header(1, 1) + pictures.chunk(
            b"IDAT", zlib.compress(bytes(1000000))) + pictures.chunk(b"IEND", b""), self.ANY)
        for kind, begin in ((b"zTXt", b"a\0\0"), (b"iCCP", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0")):
            packed = pictures.chunk(kind, begin + zlib.compress(bytes(50000000), 9))
            self.add(f"bomb-{kind.decode()}.png", png(4, 3, slope, more=packed), self.GOOD)
        self.add("many-chunks.png", png(4, 3, slope, more=pictures.chunk(b"tEXt", b"a\0b") * 20000), self.GOOD)
        self.add("no-pixels.png", pictures.MAGIC + pictures.header(9, 9) + pictures.chunk(b"IEND", b""), self.BROKEN)
        self.add("no-palette.png", pictures.MAGIC + pictures.header(9, 9, pictures.PALETTE) + pictures.chunk(
            b"IDAT", zlib.compress(bytes(90))) + pictures.chunk(b"IEND", b""), self.BROKEN)

    def add_jpeg(self):
        for n, words in enumerate(([], ["-progressive"], ["-arithmetic"])):
            good = jpeg(64, 48, scene, *words)
            self.add(f"good-{n}.jpg", good, self.GOOD)
            self.add_broken(f"{n}.jpg", good, 10 + n)
        self.add("text.txt", jpeg(8, 8, scene), self.GOOD)  # of another name
        frame = good.index(b"\xff\xc9") + 5  # height and width of the frame
        self.add("huge.jpg", good[:frame] + b"\xff\xdc\xff\xdc" + good[frame + 4:], self.MANY)
        self.add("flat.jpg", good[:frame] + b"\0\0\0\0" + good[frame + 4:], self.BROKEN)
        self.add("all-markers.jpg", b"\xff\xd8" + b"\xff" * 100000, self.BROKEN)
        # One scan for each coefficient is well-formed, and endless work in a large picture.
        begin, first, end = self.scans_by_coefficient(0)
        _, second, _ = self.scans_by_coefficient(1)
        self.add("many-scans.jpg", begin + b"".join(first) + end, self.GOOD)
        self.add("too-many-scans.jpg", begin + b"".join(first + second[1:]) + end,
                 f"{self.BROKEN.removesuffix('.+')}more scans than a picture has use for ")
        self.add("scan-again.jpg", begin + b"".join(first) + first[-1] + end, self.GOOD)

    def scans_by_coefficient(self, component):
        script = "0,1,2: 0-0, 0, 0;\n" + "".join(f"{component}: {n}-{n}, 0, 0;\n" for n in range(1, 64))
        (self.dir / "script").write_text(script)
        return pictures.scans(jpeg(64, 48, scene, "-scans", str(self.dir / "script")))

    def add_others(self):
        self.add("empty.png", b"", self.EMPTY)
        self.add("text.jpg", b"A text, and no picture.", self.FOREIGN)
        self.add("magic.png", pictures.MAGIC, self.BROKEN)
        self.add("soi.jpg", b"\xff\xd8\xff", self.BROKEN)
        folder, fifo, dangling = self.dir / "folder.png", self.dir / "fifo.png", self.dir / "dangling.png"
        folder.mkdir()
        os.mkfifo(fifo)
        dangling.symlink_to("nothing")
        self.expected[folder] = r"rejected: line \d+: cannot read .*: Is a directory$"
        self.expected[fifo] = r"rejected: line \d+: cannot read .*: nobody writes to this FIFO$"
        self.expected[dangling] = r"rejected: line \d+: cannot read .*: No such file or directory$"
        self.add("unreadable.png", png(1, 1, slope), self.GOOD)
        (self.dir / "unreadable.png").chmod(0)
        if not os.access(self.dir / "unreadable.png", os.R_OK):  # as it is for root
            self.expected[self.dir / "unreadable.png"] = r"rejected: line \d+: cannot read .*: Permission denied$"

    def test_folder(self):
        self.add_png()
        if HAS_CJPEG:
            self.add_jpeg()
        self.add_others()
        self.check_folder(256, "image.thumbnail")
        self.check_folder(16, "image.fit", "--bind", "edge=16")

    def check_folder(self, edge, *function):
        memory = ["--memory", "256M"] if strict() else []
        ended = run(PRONG, "map", *function, *strict(), *memory, "--on-error", "null", "--files",
                    given="".join(f"{file}\n" for file in self.expected).encode())
        self.assertEqual(ended.returncode, 1)
        results = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual(len(results), len(self.expected))
        told = {}
        for line in ended.stderr.decode().splitlines():
            self.assertTrue(line.startswith("prong: item "), ended.stderr.decode())
            item, message = line.removeprefix("prong: item ").split(": ", 1)
            item = int(item.split()[0])  # without its file
            self.assertNotIn(item, told)
            told[item] = message
        for n, ((file, ending), result) in enumerate(zip(self.expected.items(), results)):
            self.assertEqual(result is None, n in told, file)
            self.assertRegex(told.get(n, ""), f"^({ending})", file.name)
            if result is not None:
                small = base64.b64decode(result, validate=True)
                width, height = (read_png if small.startswith(pictures.MAGIC) else read_jpeg)(small)[:2]
                self.assertLessEqual(max(width, height), edge, file.name)


def real_pictures():
    """Of Debian's packages, whichever are here."""
    folders = [Path("/usr/share") / name for name in ("gitweb", "icons", "doc", "pixmaps", "javascript")]
    return [file for folder in folders for kind in ("png", "jpg") for file in sorted(folder.rglob("*." + kind))[:40]
            if file.is_file()]


class Real(ImageTest):
    def test_pictures_of_other_packages(self):
        files = real_pictures()
        if not files:
            self.skipTest("no package has brought a picture here")
        sizes = self.values("map", "image.size", "--files", *files)
        for file, size, small in zip(files, sizes, self.thumbnails(*files, edge=32)):
            if size["format"] == "PNG":
                width, height, *_ = read_png(small)
                scale = min(1, 32 / max(size["width"], size["height"]))
                self.assertEqual((width, height), tuple(max(1, int(size[side] * scale + 0.5)) for side in ("width", "height")), file)


if __name__ == "__main__":
    unittest.main()
