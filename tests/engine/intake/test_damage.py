"""Files with bytes changed or cut off are read or refused; no library's own error reaches the caller."""

from __future__ import annotations

import random

import pytest
from tests.engine.intake.samples import plan_docx, plan_xlsx, scanned_pdf, xls_bytes

from tiaodu.engine.reading.intake import IntakeError, open_document

SAMPLES = {
    "docx": plan_docx(),
    "xlsx": plan_xlsx(),
    "pdf": scanned_pdf(),
    "xls": xls_bytes("计划", [["甲", 1.0], ["乙", 2.0]], [(0, 1, 0, 0)]),
}


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_a_damaged_file_is_read_or_refused(kind: str) -> None:
    chance = random.Random(1)  # the same damage in every run
    refused = set()
    for _ in range(120):
        data = bytearray(SAMPLES[kind])
        for _ in range(chance.choice((1, 3, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            data = data[: chance.randrange(1, len(data))]
        try:
            open_document(bytes(data), filename=f"计划.{kind}")
        except IntakeError as refusal:
            refused.add(refusal.code)
    assert "damaged" in refused
