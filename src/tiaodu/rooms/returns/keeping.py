"""What the room reminds of, read once for as long as nobody does anything that may change it."""

from __future__ import annotations

from tiaodu.foundation.audit.keeping import Keeper

kept = Keeper(("accounts.log", "documents.", "files.", "items.", "jobs.", "ledger.", "lists.", "projects."))
