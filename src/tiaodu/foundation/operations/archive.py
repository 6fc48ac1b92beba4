"""Backups: one archive with the database and all files, each with its hash; and putting one back."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from tiaodu.foundation.clock import CHINA
from tiaodu.foundation.operations import databases
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.manifest import NAME, Manifest, Member, migrations_applied, migrations_known
from tiaodu.foundation.refusal import Refusal

ENDING = ".tar.gz"
_STORED = re.compile(r"files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. ``damaged`` are names of stored files whose bytes are no longer those handed in."""

    path: Path
    files: int
    size: int
    damaged: tuple[str, ...]


def backup(target: Path) -> Backup:
    """Write a backup into a folder (named by the time) or to a file ``*.tar.gz``, whole or not at all.

    The database is copied first, at one moment; a file belongs to a record only after its bytes lie on the
    disk, so the files read afterwards are never too few.
    """
    path = _named(target)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        dumped = Path(folder) / databases.MEMBER[connection.vendor]
        databases.dump(dumped)
        places = {dumped.name: dumped, **dict(_stored())}
        members = {name: _member(place) for name, place in places.items()}
        partial = Path(folder) / "archive"
        _write(partial, _manifest(members), places)
        partial.chmod(0o600)
        partial.replace(path)
    damaged = tuple(n for n, m in members.items() if n.startswith("files/") and not n.endswith(m.sha256))
    return Backup(path, len(members) - 1, path.stat().st_size, damaged)


def restore(path: Path) -> Manifest:
    """Put a backup in place of what is here.

    Refusal, with nothing changed, unless all of it is whole and not newer.
    What was here is kept in a folder ``before-restore-…`` of the data folder. An older database is brought up
    to date.
    """
    with in_use(alone=True), tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".restore-") as folder:
        manifest = unpack(path, Path(folder))
        dumped = Path(folder) / databases.MEMBER[connection.vendor]
        databases.check(dumped)
        aside = settings.DATA / f"before-restore-{_now():%Y%m%d-%H%M%S-%f}"
        aside.mkdir()
        databases.load(dumped, aside)
        _swap_folder(Path(folder) / "files", Path(settings.MEDIA_ROOT), aside)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def verify(path: Path) -> Manifest:
    """Read a whole backup and compare every hash, changing nothing."""
    with tempfile.TemporaryDirectory(prefix="tiaodu-verify-") as folder:
        return unpack(path, Path(folder))


def unpack(path: Path, folder: Path) -> Manifest:
    """Take a backup apart in ``folder``.

    Refusal when a member is missing, altered, foreign, or from a newer version.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            first = archive.next()
            if first is None or first.name != NAME:
                raise Refusal(_("这不是本程序的备份文件，或清单已损坏。没有恢复任何内容。"))
            manifest = Manifest.of(_bytes(archive, first))
            _check_fits(manifest)
            _take(archive, manifest, folder)
    except FileNotFoundError:
        raise Refusal(_("没有找到备份文件 %(path)s。") % {"path": path}) from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refusal(
            _("备份文件读不完整，可能已损坏：%(error)s。没有恢复任何内容。") % {"error": error}
        ) from None
    return manifest


def _take(archive: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    left = dict(manifest.members)
    for entry in archive:
        if entry.name == NAME:
            continue
        expected = left.pop(entry.name, None)
        if expected is None or not entry.isreg() or not _is_ours(entry.name, manifest):
            raise Refusal(_("备份里有清单之外的内容：%(name)s。没有恢复任何内容。") % {"name": entry.name})
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(entry)
        assert source is not None  # noqa: S101  a regular file
        with target.open("wb") as file:
            shutil.copyfileobj(source, file)
        target.chmod(0o600)
        if _member(target) != expected:
            raise Refusal(
                _("备份里的 %(name)s 与清单不符，已损坏。没有恢复任何内容。") % {"name": entry.name}
            )
    if left:
        raise Refusal(_("备份不完整，缺少 %(name)s。没有恢复任何内容。") % {"name": next(iter(left))})


def _is_ours(name: str, manifest: Manifest) -> bool:
    return name == databases.MEMBER[manifest.database] or _STORED.fullmatch(name) is not None


def _check_fits(manifest: Manifest) -> None:
    if manifest.database not in databases.MEMBER or manifest.database != connection.vendor:
        raise Refusal(
            _(
                "这份备份来自 %(theirs)s，现在的数据库是 %(ours)s。"
                "请把 DATABASE_URL 设为同一种数据库后再恢复。"
            )
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    if newer := sorted(set(manifest.migrations) - migrations_known()):
        raise Refusal(
            _("这份备份由更新的版本 %(program)s 制作（%(newer)s），本版本不能恢复。请先升级程序。")
            % {"program": manifest.program, "newer": newer[0]}
        )


def _now() -> datetime:
    return datetime.now(CHINA)


def _named(target: Path) -> Path:
    if target.name.endswith(ENDING):
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / f"tiaodu-{_now():%Y%m%d-%H%M%S}{ENDING}"


def _stored() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for place in sorted(root.glob("??/??/*")):
        name = f"files/{place.relative_to(root).as_posix()}"
        if _STORED.fullmatch(name):
            yield name, place


def _member(place: Path) -> Member:
    with place.open("rb") as file:
        return Member(hashlib.file_digest(file, "sha256").hexdigest(), place.stat().st_size)


def _manifest(members: dict[str, Member]) -> Manifest:
    return Manifest(
        made_at=_now().isoformat(timespec="seconds"),
        program=program_version(),
        database=connection.vendor,
        migrations=migrations_applied(),
        members=members,
    )


def program_version() -> str:
    """The version of the program; of a bare checkout, ``0``."""
    try:
        return version("tiaodu")
    except ModuleNotFoundError:
        return "0"


def _write(partial: Path, manifest: Manifest, places: dict[str, Path]) -> None:
    with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
        text = manifest.to_json()
        head = tarfile.TarInfo(NAME)
        head.size = len(text)
        archive.addfile(head, io.BytesIO(text))
        for name, place in places.items():
            entry = tarfile.TarInfo(name)
            entry.size = manifest.members[name].size
            with place.open("rb") as file:
                archive.addfile(entry, file)


def _bytes(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(entry)
    if source is None:
        raise Refusal(_("这不是本程序的备份文件，或清单已损坏。没有恢复任何内容。"))
    return source.read()


def _swap_folder(new: Path, place: Path, aside: Path) -> None:
    new.mkdir(exist_ok=True)
    if place.exists():
        place.replace(aside / "files")
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)
