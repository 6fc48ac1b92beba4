"""Real files made for the tests of the intake."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl

PLAN = "一、稳存量。力争全年煤炭产量完成500万吨，4月底完成石港煤业智能化综采工作面调试运行。"


def docx_bytes(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def plan_docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs or (PLAN,):
        document.add_paragraph(paragraph)
    return docx_bytes(document)


def xlsx_bytes(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def plan_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["项目", "投资（亿元）"])
    sheet.append(["手套", 18.88])
    return xlsx_bytes(book)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The zip ``data`` with one part replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, content)
    return buffer.getvalue()


def soffice(data: bytes, suffix: str, target: str, folder: Path) -> bytes:
    """``data`` converted by LibreOffice, to make old formats and PDFs that a real program wrote."""
    source = folder / f"source.{suffix}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"source.{target.split(':', maxsplit=1)[0]}").read_bytes()


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF from its numbered objects; the first is the catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def scanned_pdf(pages: int = 2) -> bytes:
    """Pages that hold one grey picture each and no text."""
    kids = b" ".join(b"%d 0 R" % (3 + i) for i in range(pages))
    picture = 3 + pages
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        b"/Resources << /XObject << /I %d 0 R >> >> >>" % (picture + 1, picture)
    )
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream"
    )
    drawing = b"q 595 0 0 842 0 0 cm /I Do Q"
    content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing)
    head = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)]
    return pdf_of([*head, *[page] * pages, image, content])


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound_file(*streams: str, content: bytes = b"") -> bytes:
    """A compound file ([MS-CFB]) whose root names ``streams``; the first one holds ``content``."""
    content = content.ljust(4096, b"\0") if content else b""
    used = -(-len(content) // 512)
    header = bytearray(512)
    header[:8] = OLE
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, _END, 0, _END, 0)
    header[76:512] = b"\xff" * 436
    struct.pack_into("<I", header, 76, 0)
    chain = [0xFFFFFFFD, _END, *range(3, 2 + used), *([_END] if used else [])]
    fat = struct.pack("<128I", *(chain + [_FREE] * (128 - len(chain))))
    entries = [_entry("Root Entry", 5, _FREE, 1, _END, 0)]
    for number, name in enumerate(streams, 1):
        following = number + 1 if number < len(streams) else _FREE
        held = len(content) if number == 1 else 0
        entries.append(_entry(name, 2, following, _FREE, 2 if held else _END, held))
    directory = b"".join(entries).ljust(512, b"\0")[:512]
    return bytes(header) + fat + directory + content.ljust(512 * used, b"\0")


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(coded)] = coded
    struct.pack_into("<HBBIII", entry, 64, len(coded) + 2, kind, 1, _FREE, right, child)
    struct.pack_into("<II", entry, 116, start, size)
    return bytes(entry)


def xls_bytes(name: str, rows: list[list[str | float]], merged: list[tuple[int, int, int, int]]) -> bytes:
    """A workbook of one sheet in the format of Excel 97 ([MS-XLS])."""
    cells = [(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""]
    areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    sheet += b"".join(_xls_cell(*cell) for cell in cells)
    sheet += _record(0xE5, struct.pack("<H", len(merged)) + areas) + _record(0x0A, b"")
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(
        0x42, struct.pack("<H", 1200)
    )
    offset = len(start) + 4 + 6 + len(title) + 4
    book = start + _record(0x85, struct.pack("<IBB", offset, 0, 0) + title) + _record(0x0A, b"")
    return compound_file("Workbook", content=book + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, float):
        return _record(0x203, place + struct.pack("<d", value))
    return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
