"""Every write of the evidence."""

from tiaodu.foundation.evidence.services.importing import (
    Imported,
    Refused,
    Row,
    evidence_import,
    evidence_record_together,
)
from tiaodu.foundation.evidence.services.pointing import latest_rebuild
from tiaodu.foundation.evidence.services.recording import (
    evidence_correct,
    evidence_record,
    evidence_withdraw,
)

__all__ = [
    "Imported",
    "Refused",
    "Row",
    "evidence_correct",
    "evidence_import",
    "evidence_record",
    "evidence_record_together",
    "evidence_withdraw",
    "latest_rebuild",
]
