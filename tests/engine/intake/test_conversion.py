"""Old formats go through a converter that is handed in; without one the person is told what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.engine.intake.samples import PLAN, compound_file, plan_docx, soffice

from tiaodu.engine.reading.intake import IntakeError, open_document
from tiaodu.foundation.files.convert import convert_to_docx, find_converter

DOC = compound_file("WordDocument", "1Table")


def test_an_old_file_is_converted_and_told_so() -> None:
    asked: list[str] = []

    def convert(data: bytes, suffix: str) -> bytes:
        assert data == DOC
        asked.append(suffix)
        return plan_docx()

    for name in ("计划.doc", "计划.wps"):
        intake = open_document(DOC, filename=name, convert=convert)
        assert intake.text == PLAN + "\n"
        assert [w.code for w in intake.warnings] == ["converted"]
        assert intake.kind == name.split(".")[1]
    assert asked == ["doc", "wps"]


def test_a_failed_conversion_tells_how_to_go_on() -> None:
    def fail(data: bytes, suffix: str) -> bytes:
        raise OSError(suffix)

    for convert in (fail, lambda data, suffix: b"no docx"):
        with pytest.raises(IntakeError) as refusal:
            open_document(DOC, filename="计划.doc", convert=convert)
        assert refusal.value.code == "conversion_failed"
        assert "另存为" in refusal.value.message()


def test_libreoffice_reads_a_real_doc_and_rtf(tmp_path: Path) -> None:
    convert = find_converter()
    if convert is None:
        pytest.skip("LibreOffice is not installed")
    for suffix in ("doc", "rtf"):
        data = soffice(plan_docx(), "docx", suffix, tmp_path)
        intake = open_document(data, filename=f"计划.{suffix}", convert=convert)
        assert intake.text == PLAN + "\n"
        assert intake.kind == suffix


def test_a_program_that_fails_or_hangs_or_a_foreign_suffix_is_an_os_error(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    with pytest.raises(OSError, match="TimeoutExpired"):
        convert_to_docx(DOC, "doc", program=str(slow), timeout=1)
    with pytest.raises(OSError, match="CalledProcessError"):
        convert_to_docx(DOC, "doc", program=shutil.which("false") or "false", timeout=10)
    with pytest.raises(OSError, match="not converted"):
        convert_to_docx(DOC, "../../x", program="true", timeout=1)
