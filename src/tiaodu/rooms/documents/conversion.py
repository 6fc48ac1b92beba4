"""Old formats (doc, wps, rtf, odt, ofd) become docx where LibreOffice is installed; elsewhere a person is
advised.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tiaodu.engine.reading.intake import Convert

SECONDS = 60  # after this a file is given up
_FILTERS = {"doc": "doc", "wps": "doc", "dot": "doc", "rtf": "rtf", "odt": "odt"}


def converter() -> Convert | None:
    """What turns an old format into docx on this machine; None without LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None

    def convert(data: bytes, suffix: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="tiaodu-convert-") as folder:
            return _converted(program, Path(folder), data, _FILTERS.get(suffix, suffix))

    return convert


def _converted(program: str, folder: Path, data: bytes, suffix: str) -> bytes:
    """Runs without macros and without the person's own settings, in a folder that is gone afterwards."""
    source = folder / f"source.{suffix}"
    source.write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [
        program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile}",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder)}
    try:
        subprocess.run(  # noqa: S603  the program is the installation's, the file has a name of our own
            command, env=environment, capture_output=True, timeout=SECONDS, check=True
        )
        return (folder / "source.docx").read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        raise OSError(str(error)) from error
