"""Files that are large, odd, damaged or meant to hurt, drawn here: the cases of a decoder's table."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pymupdf
from PIL import Image

from tests import sheets


def grey_png(width: int, height: int) -> bytes:
    return sheets.saved(Image.new("L", (width, height), 255), "PNG", compress_level=1)


def png_header(width: int, height: int) -> bytes:
    """A picture of one bit a pixel that announces a size and brings next to no data."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b"\x00" * 64))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def sixteen_bits(highest: int) -> bytes:
    """A ramp of greys that uses the values up to `highest` of 65,535."""
    ramp = np.linspace(0, highest, 64 * 64).reshape(64, 64).astype(np.uint16)
    return sheets.saved(Image.fromarray(ramp), "PNG")


def cmyk_jpeg() -> bytes:
    return sheets.saved(Image.new("CMYK", (64, 64), (0, 0, 0, 0)), "JPEG")


def lying_on_its_side() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return sheets.saved(sheets.scan(566, 800).rotate(90, expand=True), "JPEG", exif=exif)


def with_broken_profile() -> bytes:
    return sheets.saved(sheets.scan(800, 566), "PNG", icc_profile=b"no profile")


def transparent(mode: str) -> bytes:
    if mode == "P":
        return sheets.saved(Image.new("P", (64, 64), 0), "PNG", transparency=0)
    return sheets.saved(Image.new("RGBA", (64, 64), (0, 0, 0, 0)).convert(mode), "PNG")


def fax() -> bytes:
    return sheets.saved(sheets.scan(800, 566).convert("1"), "TIFF", compression="group4")


def frames(file_format: str, count: int) -> bytes:
    greys = [Image.new("L", (64, 64), 255 - number) for number in range(count)]
    return sheets.saved(greys[0], file_format, save_all=True, append_images=greys[1:])


def pages(count: int) -> bytes:
    """Empty pages, written by hand: a library takes seconds for thousands."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    leaves = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]>>"] * count
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), *leaves])


def one_page(content: bytes = b"", *, page: bytes = b"/MediaBox[0 0 842 595]", catalog: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%s>>" % page,
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        ]
    )


def pdf_of(objects: list[bytes]) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    target = io.BytesIO(b"%PDF-1.7\n")
    target.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(target.tell())
        target.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    target.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    target.write(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return target.getvalue()


def giant_page() -> bytes:
    return one_page(page=b"/MediaBox[0 0 14400 14400]")


def giant_unit() -> bytes:
    return one_page(page=b"/MediaBox[0 0 842 595]/UserUnit 1000")


def owner_locked() -> bytes:
    return sheets.pdf(password="")


def with_giant_image(side: int = 20_000) -> bytes:
    """One picture of `side` × `side` px in grey, which packs to a thousandth."""
    packed = zlib.compress(b"\xff" * side * side, 1)
    image = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (side, side)
    content = b"842 0 0 595 0 0 cm /I Do"
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            b"%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (image, len(packed), packed),
        ]
    )


def nested_states() -> bytes:
    return one_page(b"q " * 200_000 + b"Q " * 200_000)


def overlapping_curves() -> bytes:
    return one_page(b"".join(_curves(400_000)))


def _curves(count: int) -> Iterator[bytes]:
    return (b"0 %d m 842 %d 10 10 842 %d c S\n" % (i % 595, 7 * i % 595, 13 * i % 595) for i in range(count))


def long_strokes() -> bytes:
    return one_page(b"".join(b"0 %d m 842 %d l S\n" % (i % 595, 7 * i % 595) for i in range(20_000)))


def truncated_pdf() -> bytes:
    whole = sheets.pdf("A3", pages=3)
    return whole[: len(whole) // 2]


def with_external_entity() -> bytes:
    """A form in XML (XFA) that asks its reader for a file of the machine."""
    form = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xdp:xdp>&e;</xdp:xdp>'
    document = pymupdf.open(stream=sheets.pdf(), filetype="pdf")
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, form)
    document.xref_set_key(document.pdf_catalog(), "AcroForm", f"<</Fields[]/XFA {stream} 0 R>>")
    return bytes(document.tobytes())


def gif_and_pdf() -> bytes:
    return b"GIF89a" + sheets.pdf()
