"""Turns old office formats into docx with LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

_PROGRAMS = ("soffice", "libreoffice")
_SUFFIXES = frozenset(("doc", "wps", "dot", "rtf", "odt", "ofd"))


def find_converter(*, timeout: int = 60) -> Callable[[bytes, str], bytes] | None:
    """A converter that gives up after ``timeout`` seconds, or None when LibreOffice is not installed."""
    program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        return None
    return lambda data, suffix: convert_to_docx(data, suffix, program=program, timeout=timeout)


def convert_to_docx(data: bytes, suffix: str, *, program: str, timeout: int) -> bytes:
    """``data`` of the old format ``suffix`` as docx.

    The file gets a name of our own in a folder of its own, with a profile of its own, so that conversions
    side by side do not wait for each other; LibreOffice runs no macro of such a file. Raises
    OSError when the format is not accepted, the program fails or the time is over.
    """
    if suffix not in _SUFFIXES:
        raise OSError(f"{suffix} is not converted")
    with tempfile.TemporaryDirectory(prefix="tiaodu-") as folder:
        source = Path(folder, f"source.{'doc' if suffix == 'wps' else suffix}")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(  # noqa: S603  no shell, every argument is ours
                command, capture_output=True, check=True, timeout=timeout, stdin=subprocess.DEVNULL
            )
            return Path(folder, "source.docx").read_bytes()
        except subprocess.SubprocessError as error:
            raise OSError(f"conversion failed: {type(error).__name__}") from error
