"""Pictures made by hand: good ones, and such as no program writes."""

import struct
import subprocess
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
# Adam7: first column, first row, and the steps between them.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, colour=RGB, depth=8, interlaced=False):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))


def png(width, height, pixel, colour=RGB, interlaced=False, more=b""):
    """pixel(x, y) are its samples of 8 bits."""
    lines = []
    for left, top, right, down in PASSES if interlaced else [(0, 0, 1, 1)]:
        for y in range(top, height, down):
            row = b"".join(bytes(pixel(x, y)) for x in range(left, width, right))
            lines += [b"\0" + row] if row else []
    return (MAGIC + header(width, height, colour, 8, interlaced) + more
            + chunk(b"IDAT", zlib.compress(b"".join(lines))) + chunk(b"IEND", b""))


def read_png(data):
    """(width, height, channels, rows) of what libpng's simplified writer makes: no interlacing, 8 bits."""
    assert data[:8] == MAGIC
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8:at + 8 + size]
        assert zlib.crc32(kind + content) == struct.unpack_from(">I", data, at + 8 + size)[0]
        if kind == b"IHDR":
            width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", content)
            assert (depth, interlaced) == (8, 0)
        packed += content if kind == b"IDAT" else b""
        at += size + 12
    channels = CHANNELS[colour]
    raw, stride = zlib.decompress(packed), width * channels
    rows, above = [], bytes(stride)
    for y in range(height):
        above = unfiltered(raw[y * (stride + 1)], raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)], above, channels)
        rows.append(above)
    return width, height, channels, rows


def unfiltered(kind, line, above, channels):
    row = bytearray()
    for i, value in enumerate(line):
        left = row[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        near = min((left, above[i], corner), key=lambda each: abs(left + above[i] - corner - each))
        row.append((value + (0, left, above[i], (left + above[i]) // 2, near)[kind]) & 255)
    return bytes(row)


def ppm(width, height, pixel):
    return b"P6 %d %d 255\n" % (width, height) + b"".join(bytes(pixel(x, y)) for y in range(height) for x in range(width))


def read_ppm(data):
    kind, width, height, _ = data.split(maxsplit=4)[:4]
    assert kind == b"P6"
    width, height = int(width), int(height)
    samples = data[-3 * width * height:]
    return width, height, 3, [samples[3 * width * y:3 * width * (y + 1)] for y in range(height)]


def command(*words, given):
    return subprocess.run(words, input=given, capture_output=True, check=True).stdout


def jpeg(width, height, pixel, *options):
    return command("cjpeg", "-quality", "95", "-sample", "1x1", *options, given=ppm(width, height, pixel))


def read_jpeg(data):
    return read_ppm(command("djpeg", "-ppm", given=data))


def with_orientation(picture, number, order="<"):
    """The JPEG with an EXIF block of one entry."""
    mark = {"<": b"II", ">": b"MM"}[order]
    tiff = mark + struct.pack(order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, number, 0, 0)
    data = b"Exif\0\0" + tiff
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + picture[2:]


def scans(progressive):
    """(what is in front, each scan, the end)."""
    starts, at = [], progressive.find(b"\xff\xda")
    while at >= 0:
        # Tables for a scan stand in front of it.
        table = progressive.rfind(b"\xff\xc4", starts[-1] + 2 if starts else 0, at)
        starts.append(table if table >= 0 else at)
        at = progressive.find(b"\xff\xda", at + 2)
    bounds = starts + [len(progressive) - 2]
    return progressive[:starts[0]], [progressive[a:b] for a, b in zip(bounds, bounds[1:])], progressive[-2:]
