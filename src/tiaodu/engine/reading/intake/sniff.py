"""What kind of file bytes are, told from the bytes alone."""

from __future__ import annotations

import io
import re
import struct
import zipfile

from tiaodu.engine.reading.intake.model import DamagedError

_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p|span|script|title|h[1-6]|br)\b[^<]*>?", re.I
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "pptx",
}
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "pptx"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes, *, filename: str) -> str:
    """The kind: docx xlsx xls pdf html doc rtf ofd odt ods xlsb pptx archive picture encrypted other txt.

    ``txt`` only says that nothing else was recognised. Raises DamagedError for a broken container.
    """
    if data.startswith(b"PK"):
        return _kind_of_zip(data, filename)
    if data.startswith(_OLE):
        return _kind_of_ole(data, filename)
    tests = (
        ("pdf", b"%PDF-" in data[:1024]),
        ("rtf", data[:64].lstrip(b" \t\r\n").startswith(b"{\\rtf")),
        ("archive", data.startswith(_ARCHIVES)),
        ("picture", data.startswith(_PICTURES) and b"\x00" in data[:64]),
        ("html", _is_html(data)),
    )
    return next((kind for kind, holds in tests if holds), "txt")


def _is_html(data: bytes) -> bool:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = data[:8192].decode("utf-16", "ignore").encode()
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and _HTML.search(head) is not None


def _kind_of_zip(data: bytes, filename: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            for part, kind in _PARTS:
                if part in names:
                    return kind
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(
                    archive.read("mimetype").decode("ascii", "replace").strip(), "archive"
                )
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, RuntimeError):
        raise DamagedError(name=filename) from None
    if "[Content_Types].xml" in names:
        return _main_part_elsewhere(names)
    return "archive"


def _main_part_elsewhere(names: set[str]) -> str:
    for prefix, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(name.startswith(prefix) for name in names):
            return kind
    return "archive"


def _kind_of_ole(data: bytes, filename: str) -> str:
    try:
        names = _root_streams(data)
    except (struct.error, IndexError, ValueError):
        raise DamagedError(name=filename) from None
    for stream, kind in _STREAMS:
        if stream in names:
            return kind
    return "other"


def _root_streams(data: bytes) -> set[str]:
    """Names of the entries of the root storage of a compound file ([MS-CFB] 2.2 to 2.6)."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ValueError("sector size")
    fat = _allocation_table(data, size)
    entries: list[tuple[str, int, int, int]] = []
    sector, seen = struct.unpack_from("<I", data, 48)[0], set[int]()
    while sector < 0xFFFFFFFA and sector not in seen:
        seen.add(sector)
        for offset in range((sector + 1) * size, (sector + 2) * size, 128):
            length = struct.unpack_from("<H", data, offset + 64)[0]
            name = data[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append((name, *struct.unpack_from("<III", data, offset + 68)))
        sector = fat[sector]
    names, waiting, visited = set[str](), [entries[0][3]], set[int]()
    while waiting:
        index = waiting.pop()
        if index < len(entries) and index not in visited:
            visited.add(index)
            names.add(entries[index][0])
            waiting.extend(entries[index][1:3])
    return names


def _allocation_table(data: bytes, size: int) -> list[int]:
    table: list[int] = []
    for sector in struct.unpack_from("<109I", data, 76):
        if sector < 0xFFFFFFFA:
            table.extend(struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size))
    return table
