"""Projects as they stand, read and judged once for as long as nobody does anything that may change them."""

from __future__ import annotations

from tiaodu.foundation.audit.keeping import Keeper

# Acts that leave projects, the figures they are judged by and the names beside them as they are.
kept = Keeper(
    ("accounts.log", "documents.", "files.", "items.", "jobs.", "ledger.", "lists.", "outlook."), most=128
)
