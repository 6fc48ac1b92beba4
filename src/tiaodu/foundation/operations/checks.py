"""What an installation needs, looked at one by one; each finding says how to mend it."""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.selectors import pointers_are_true
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.selectors import path_of
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.operations.datafiles import faults
from tiaodu.foundation.registry.measures import measures_missing
from tiaodu.foundation.tables.declaring import declared
from tiaodu.foundation.tables.packaged import file_faults
from tiaodu.foundation.tables.versions import unsupplied

OK, NOTICE, ERROR = "ok", "notice", "error"
PYTHONS = ((3, 11), (3, 14))
LOW_DISK, SCARCE_DISK = 5_000_000_000, 1_000_000_000  # bytes
NOVEMBER = 11  # the State Council publishes the next year's days off in November
WAITS_LONG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: ``level`` is OK, NOTICE or ERROR; ``mend`` says what to do."""

    level: str
    what: str
    mend: str = ""


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if PYTHONS[0] <= sys.version_info < PYTHONS[1]:
        yield Finding(OK, _("Python %(version)s") % {"version": version})
    else:
        yield Finding(ERROR, _("Python %(version)s") % {"version": version}, _("请安装 Python 3.11–3.13。"))


def folders() -> Iterator[Finding]:
    for folder in (settings.DATA, Path(settings.MEDIA_ROOT)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                yield Finding(OK, _("可以写入 %(folder)s") % {"folder": folder})
        except OSError as error:
            yield Finding(
                ERROR,
                _("不能写入 %(folder)s：%(error)s") % {"folder": folder, "error": error.strerror},
                _("请把该文件夹交给运行程序的用户（chown），或用 TIAODU_DATA 另指一处。"),
            )


def privacy() -> Iterator[Finding]:
    found = [settings.DATA, *settings.DATA.glob("*.sqlite3*"), *settings.DATA.glob("before-restore-*")]
    open_to_others = [path for path in found if path.exists() and path.stat().st_mode & 0o077]
    if open_to_others:
        names = " ".join(map(str, open_to_others))
        yield Finding(
            ERROR, _("同一台机器上的其他人可以读数据：%(names)s") % {"names": names}, f"chmod go= {names}"
        )
    else:
        yield Finding(OK, _("数据只有运行程序的用户可以读"))


def disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA if settings.DATA.exists() else Path.cwd()).free
    level = ERROR if free < SCARCE_DISK else NOTICE if free < LOW_DISK else OK
    mend = "" if level == OK else _("请清理磁盘，或把 TIAODU_DATA 移到更大的磁盘；备份请存到别处。")
    yield Finding(level, _("磁盘剩余 %(free)s GB") % {"free": f"{free / 1e9:.1f}"}, mend)


def secret_key() -> Iterator[Finding]:
    path = settings.DATA / "secret_key"
    if len(settings.SECRET_KEY) < 32:
        yield Finding(
            ERROR, _("密钥太短"), _("请设 TIAODU_SECRET_KEY 为 50 个以上的随机字符，或不设，由程序生成。")
        )
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(ERROR, _("密钥文件 %(path)s 别人也能读") % {"path": path}, f"chmod 600 {path}")
    else:
        yield Finding(OK, _("密钥已设置，只有程序能读"))


def database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(
            ERROR,
            _("连不上数据库：%(error)s") % {"error": str(error).strip().splitlines()[0]},
            _("请检查 DATABASE_URL、数据库服务是否启动、用户名和口令。"),
        )
        return
    version = ".".join(map(str, connection.get_database_version()))
    yield Finding(OK, _("数据库 %(vendor)s %(version)s") % {"vendor": connection.vendor, "version": version})
    if connection.vendor == "postgresql" and not (shutil.which("pg_dump") and shutil.which("psql")):
        yield Finding(
            NOTICE,
            _("没有 pg_dump 和 psql，不能备份和恢复"),
            _("请安装 PostgreSQL 客户端（Debian：apt-get install postgresql-client）。"),
        )
    damage = list(_damage())
    yield from damage or _migrations()


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(
            NOTICE,
            _("数据库还有 %(count)s 项升级没有做") % {"count": len(waiting)},
            _("serve 启动时自动升级；升级前请先备份。"),
        )
        return
    different = _differences()
    if different:
        yield Finding(
            ERROR,
            _("数据库结构与程序不一致：缺少 %(names)s") % {"names": "、".join(different)},
            _("请用 restore 恢复备份；不要手工改数据库。"),
        )
        return
    yield Finding(OK, _("数据库结构与程序一致"))
    for check in (administrators, measures, newest_figures, tables_supplied, stored_files, waiting_jobs):
        yield from check()


def _differences() -> list[str]:
    """Tables and columns of the program that the database does not have."""
    lost = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in tables:
                lost.append(table)
                continue
            has = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            lost += [f"{table}.{f.column}" for f in model._meta.local_concrete_fields if f.column not in has]
    return lost


def _damage() -> Iterator[Finding]:
    """SQLite looks at every page of its file; PostgreSQL guards its own."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        told = str(cursor.fetchone()[0])
        cursor.execute("PRAGMA foreign_key_check")
        dangling = cursor.fetchone()
    if told != "ok" or dangling:
        yield Finding(
            ERROR,
            _("数据库文件已损坏：%(error)s") % {"error": told if told != "ok" else dangling[0]},
            _("请停止程序，用 restore 恢复最近的备份。"),
        )


def administrators() -> Iterator[Finding]:
    count = sum(
        "admin" in roles for roles in User.objects.filter(is_active=True).values_list("roles", flat=True)
    )
    if count:
        yield Finding(OK, _("系统管理员 %(count)s 人") % {"count": count})
    else:
        yield Finding(NOTICE, _("还没有系统管理员"), _("请运行 createadmin。"))


def measures() -> Iterator[Finding]:
    missing = measures_missing()
    if missing:
        yield Finding(
            ERROR,
            _("登记簿缺少 %(count)s 项指标口径，页面会显示代码，如 %(code)s")
            % {"count": len(missing), "code": missing[0]},
            _("请运行 serve，启动时自动载入。"),
        )
    else:
        yield Finding(OK, _("指标口径齐全"))


def newest_figures() -> Iterator[Finding]:
    if pointers_are_true():
        yield Finding(OK, _("看板用的最新值与实绩一致"))
    else:
        yield Finding(
            ERROR, _("看板用的最新值与实绩不一致"), _("请运行 rebuild_evidence 重建；实绩本身没有问题。")
        )


def stored_files() -> Iterator[Finding]:
    digests = sorted(set(StoredFile.objects.values_list("sha256", flat=True)))
    lost = [digest for digest in digests if not path_of(digest).is_file()]
    altered = [digest for digest in digests if digest not in lost and _digest(path_of(digest)) != digest]
    if lost:
        yield Finding(
            ERROR,
            _("有 %(count)s 个上传文件在存储中找不到，如 %(digest)s")
            % {"count": len(lost), "digest": lost[0]},
            _("请从备份恢复这些文件，或请上传人重新上传同一文件。"),
        )
    if altered:
        yield Finding(
            ERROR,
            _("有 %(count)s 个上传文件的内容与上传时不一致，如 %(digest)s")
            % {"count": len(altered), "digest": altered[0]},
            _("请从备份恢复这些文件，或请上传人重新上传同一文件。"),
        )
    if not lost and not altered:
        yield Finding(OK, _("上传文件 %(count)s 个，都完好") % {"count": len(digests)})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def waiting_jobs() -> Iterator[Finding]:
    since = timezone.now() - WAITS_LONG
    count = Job.objects.filter(state=JobState.QUEUED, created_at__lt=since).count()
    if count:
        yield Finding(
            NOTICE, _("有 %(count)s 项后台作业久等无人处理") % {"count": count}, _("请运行 serve 或 worker。")
        )


def static_files() -> Iterator[Finding]:
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding(OK, _("静态文件已收集"))
    else:
        yield Finding(NOTICE, _("静态文件还没有收集"), _("serve 启动时自动收集。"))


def programs() -> Iterator[Finding]:
    if shutil.which("soffice") or shutil.which("libreoffice"):
        yield Finding(OK, _("有 LibreOffice，可以读取 doc、wps 等旧格式"))
    else:
        yield Finding(
            NOTICE,
            _("没有 LibreOffice，不能读取 doc、wps 等旧格式"),
            _("需要时请安装（Debian：apt-get install libreoffice-writer-nogui）。"),
        )
    if _has_chinese_font():
        yield Finding(OK, _("有中文字体"))
    else:
        yield Finding(
            NOTICE,
            _("没有找到中文字体：由旧格式转换的版面可能不准"),
            _("需要时请安装（Debian：apt-get install fonts-noto-cjk）。"),
        )


def computing() -> Iterator[Finding]:
    try:
        numba = importlib.import_module("numba")
    except ImportError as error:
        yield Finding(
            ERROR, _("按列计算用的 Numba 不能加载：%(error)s") % {"error": error}, _("请运行 ./run setup。")
        )
    else:
        yield Finding(OK, _("按列计算用的 Numba %(version)s") % {"version": numba.__version__})


def _has_chinese_font() -> bool:
    program = shutil.which("fc-list")
    if program is None:
        return False
    found = subprocess.run(  # noqa: S603
        [program, ":lang=zh", "family"], capture_output=True, text=True, check=False, env={**os.environ}
    )
    return bool(found.stdout.strip())


def calendar() -> Iterator[Finding]:
    today = clock.real_today()
    years = [today.year, today.year + 1] if today.month > NOVEMBER else [today.year]
    for year in years:
        if WorkingCalendar().is_provisional(year):
            yield Finding(
                NOTICE,
                _("%(year)s 年的放假调休安排还不知道，工作日按法定节假日暂算") % {"year": year},
                _("国务院办公厅公布后请升级程序。"),
            )
        else:
            yield Finding(OK, _("%(year)s 年的放假调休安排已有") % {"year": year})


def time_zone() -> Iterator[Finding]:
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        yield Finding(ERROR, _("没有时区数据"), _("请安装 tzdata。"))
        return
    yield Finding(
        OK, _("时区 %(zone)s，今天 %(day)s") % {"zone": settings.TIME_ZONE, "day": clock.real_today()}
    )
    if settings.TIAODU_TODAY and not settings.TIAODU_DEMO:
        yield Finding(
            NOTICE,
            _("“今天”被固定为 %(day)s") % {"day": settings.TIAODU_TODAY},
            _("正式使用请不要设 TIAODU_TODAY。"),
        )


def reachable() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding(ERROR, _("TIAODU_DEBUG 已打开，会泄露内部信息"), _("正式使用请关闭 TIAODU_DEBUG。"))
    if not set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
        yield Finding(
            NOTICE, _("只能从本机访问"), _("请把大家访问用的域名或地址写进 TIAODU_HOSTS，逗号分隔。")
        )
    elif not settings.HTTPS:
        yield Finding(NOTICE, _("没有使用 HTTPS"), _("请在前面放一个 HTTPS 代理，并设 TIAODU_HTTPS=true。"))
    else:
        yield Finding(OK, _("访问地址 %(hosts)s，HTTPS") % {"hosts": "、".join(settings.ALLOWED_HOSTS)})


def data_files() -> Iterator[Finding]:
    count, found = faults()
    mend = _("请改正该文件，或用安装包里的原文件。")
    for fault in found:
        yield Finding(ERROR, _("数据文件有误：%(fault)s") % {"fault": fault}, mend)
    if not found:
        yield Finding(OK, _("数据文件 %(count)s 个，都有效") % {"count": count})
    if not access.roles():
        yield Finding(ERROR, _("没有角色"), _("请恢复 data/access/roles.yaml。"))


def tables() -> Iterator[Finding]:
    wrong, mend = list(file_faults()), _("请改正该文件，或用安装包里的原文件。")
    for table, fault in wrong:
        told = _("参数表“%(table)s”的文件有误：%(fault)s") % {"table": table, "fault": fault}
        yield Finding(ERROR, told, mend)
    if not wrong:
        yield Finding(OK, _("参数表 %(count)s 张，文件都有效") % {"count": len(declared())})


def tables_supplied() -> Iterator[Finding]:
    for table in unsupplied():
        yield Finding(
            NOTICE,
            _("参数表“%(table)s”缺少已确认的内容，%(affects)s停用")
            % {"table": table, "affects": table.affects},
            _("请%(supplier)s在“参数与口径”里提供，另一人确认。") % {"supplier": table.supplier},
        )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    folders,
    privacy,
    disk,
    secret_key,
    database,
    static_files,
    computing,
    programs,
    calendar,
    time_zone,
    reachable,
    data_files,
    tables,
)


def examine() -> Iterator[Finding]:
    """Every finding, in order. A check that cannot even be made is an error of its own."""
    for check in CHECKS:
        try:
            yield from check()
        except (OSError, DatabaseError) as error:
            yield Finding(ERROR, f"{check.__name__}: {error}")
