"""What is in a backup: every member with its hash, the version that made it, and the state of its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Refusal

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first member of the archive. ``migrations`` are those the database had, as ``app.name``."""

    made_at: str
    program: str
    database: str
    migrations: tuple[str, ...]
    members: Mapping[str, Member]

    def to_json(self) -> bytes:
        """As it is written into the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def of(cls, text: bytes) -> Manifest:
        """Read back. Refusal when it is not ours, or of a later format."""
        try:
            raw: dict[str, Any] = json.loads(text)
            if raw.pop("format") != FORMAT:
                raise Refusal(_("这份备份由更新的版本制作，本版本不认识它的格式。请先升级程序。"))
            members = {name: Member(**member) for name, member in raw.pop("members").items()}
            return cls(members=members, migrations=tuple(raw.pop("migrations")), **raw)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refusal(_("这不是本程序的备份文件，或清单已损坏。没有恢复任何内容。")) from None


def migrations_applied() -> tuple[str, ...]:
    """The migrations of the database as it is."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def migrations_known() -> frozenset[str]:
    """The migrations this version of the program brings."""
    loader = MigrationLoader(None)
    return frozenset(f"{app}.{name}" for app, name in loader.disk_migrations)
