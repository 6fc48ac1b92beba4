"""The fixed cast of all tests: a county with its register, one person per role, and an outsider.

Names and codes of regions are those of GB/T 2260; firms and people are examples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Alias, Region, Subject, SubjectKind

PASSWORD = "Taihang-mountain-1937"
DEPARTMENTS = {
    "industry": ("县工业和信息化局", "工信局"),
    "energy": ("县能源局", "能源局"),
    "statistics": ("县统计局", "统计局"),
    "emergency": ("县应急管理局", "应急局"),
    "supervision": ("县政府督查室", "督查室"),
    "approval": ("县行政审批服务管理局", "审批局"),
    "park": ("左权经济技术开发区管委会", "开发区"),
}
# code: (kind, name, full name, aliases, sector, code of the parent)
SUBJECTS: dict[str, tuple[SubjectKind, str, str, tuple[str, ...], str, str]] = {
    "shigang": (SubjectKind.MINE, "石港煤业", "山西石港煤业有限责任公司", ("石港公司",), "coal", ""),
    "zhengzhu": (SubjectKind.MINE, "正珠煤业", "山西正珠煤业有限公司", (), "coal", ""),
    "pancheng": (SubjectKind.MINE, "盘城煤业", "", (), "coal", ""),
    "xinrui": (SubjectKind.FIRM, "鑫瑞公司", "左权鑫瑞冶金矿山有限公司", (), "iron", ""),
    "xinrui-1": (SubjectKind.MINE, "鑫瑞公司一矿", "", (), "iron", "xinrui"),
    "huaneng": (SubjectKind.FIRM, "华能左权", "", (), "power", ""),
    "huaneng-coal-power": (SubjectKind.FIRM, "华能左权煤电", "华能左权煤电有限责任公司", (), "power", ""),
    "glove": (SubjectKind.INDUSTRY, "手套产业", "", ("手套",), "glove", ""),
}


@dataclass
class County:
    """The county of the tests, its neighbour, and what stands in its register (by code)."""

    province: Region
    city: Region
    region: Region
    township: Region
    other: Region
    departments: dict[str, Subject] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)


@dataclass
class Cast:
    """One person per role; ``energy`` and ``industry`` are departments, ``outsider`` is of another county."""

    leader: User
    dispatcher: User
    supervision: User
    office: User
    energy: User
    industry: User
    statistics: User
    liaison: User
    investment: User
    firm: User
    bank: User
    clerk: User
    admin: User
    outsider: User
    city_leader: User


def make_region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    path = f"{parent.path if parent else ''}{code}/"
    return Region.objects.create(code=code, name=name, level=level, parent=parent, path=path)


def make_county() -> County:
    """Two counties of one city, with departments and subjects in the first."""
    province = make_region("140000", "山西省", "province")
    city = make_region("140700", "晋中市", "city", province)
    region = make_region("140722", "左权县", "county", city)
    county = County(
        province=province,
        city=city,
        region=region,
        township=make_region("140722100", "辽阳镇", "township", region),
        other=make_region("140723", "和顺县", "county", city),
    )
    for code, (name, alias) in DEPARTMENTS.items():
        county.departments[code] = _subject(county, code, SubjectKind.DEPARTMENT, name, aliases=(alias,))
    for code, (kind, name, full_name, aliases, sector, parent) in SUBJECTS.items():
        county.subjects[code] = _subject(
            county, code, kind, name, full_name=full_name, aliases=aliases, sector=sector, parent=parent
        )
    return county


def _subject(
    county: County,
    code: str,
    kind: SubjectKind,
    name: str,
    *,
    full_name: str = "",
    aliases: tuple[str, ...] = (),
    sector: str = "",
    parent: str = "",
) -> Subject:
    subject = Subject.objects.create(
        region=county.region,
        code=code,
        kind=kind,
        name=name,
        full_name=full_name,
        sector=sector,
        parent=county.subjects.get(parent),
        sample=True,
        source="tests",
    )
    for text in aliases:
        Alias.objects.create(subject=subject, region=county.region, text=text)
    return subject


def make_person(username: str, name: str, roles: list[str], region: Region, **fields: object) -> User:
    """A person with the tests' password."""
    user = User(username=username, display_name=name, roles=roles, region=region, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_cast(county: County) -> Cast:
    """The people of the county, one per role."""
    region, departments = county.region, county.departments

    def person(
        username: str, name: str, role: str, department: str = "", *, subjects: tuple[str, ...] = ()
    ) -> User:
        user = make_person(username, name, [role], region, department=departments.get(department))
        user.subjects.set(county.subjects[code] for code in subjects)
        return user

    return Cast(
        leader=person("leader", "王县长", "leader"),
        dispatcher=person("dispatcher", "李调度", "dispatcher", "industry"),
        supervision=person("supervision", "赵督查", "supervision", "supervision"),
        office=person("office", "钱主任", "office"),
        energy=person("energy", "孙能源", "department", "energy"),
        industry=person("industry", "周工信", "department", "industry"),
        statistics=person("statistics", "韩统计", "statistics", "statistics"),
        liaison=person("liaison", "吴包联", "liaison", subjects=("shigang", "glove")),
        investment=person("investment", "郑招商", "investment", "park"),
        firm=person("firm", "冯石港", "firm", subjects=("shigang",)),
        bank=person("bank", "陈银行", "bank"),
        clerk=person("clerk", "褚信息", "clerk"),
        admin=person("admin", "卫管理", "admin"),
        outsider=make_person("outsider", "蒋邻县", ["dispatcher"], county.other),
        city_leader=make_person("city_leader", "沈市长", ["leader"], county.city),
    )


@pytest.fixture
def county(db: None) -> County:
    """The county of the tests with departments and subjects."""
    return make_county()


@pytest.fixture
def cast(county: County) -> Cast:
    """One person per role and an outsider of another county."""
    return make_cast(county)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the person is logged in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return logged_in
