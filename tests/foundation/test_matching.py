"""The subject a text names: same under every way of writing, never that of another."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext
from tests.cast import County

from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.foundation.registry.selectors import SubjectMatcher


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("石港煤业", "shigang"),
        ("石港公司", "shigang"),
        ("石港煤业有限公司", "shigang"),
        ("山西石港煤业有限责任公司", "shigang"),
        ("左权县石港煤矿", "shigang"),
        ("“石港煤业” ", "shigang"),
        ("石港煤业（停产）", "shigang"),
        ("石港煤业智能化综采工作面", "shigang"),
        ("鑫瑞公司", "xinrui"),
        ("左权鑫瑞冶金矿山有限公司", "xinrui"),
        ("鑫瑞公司一矿", "xinrui-1"),
        ("鑫瑞一矿", "xinrui-1"),
        ("华能左权", "huaneng"),
        ("华能左权公司", "huaneng"),
        ("华能左权煤电", "huaneng-coal-power"),
        ("华能左权煤电有限责任公司", "huaneng-coal-power"),
        ("手套", "glove"),
        ("手套产业链", "glove"),
        ("能源局", "energy"),
        ("县能源局", "energy"),
        ("左权县能源局", "energy"),
        ("县能源局牵头", "energy"),
        ("开发区", "park"),
    ],
)
def test_names_of_one_subject(county: County, text: str, code: str) -> None:
    found = SubjectMatcher(county.region).match(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "山西省能源局",
        "晋中市能源局",
        "鑫瑞公司二矿",
        "石港煤业3号井",
        "左权县",
        "6座煤矿",
        "某某公司",
    ],
)
def test_names_of_nobody_known(county: County, text: str) -> None:
    assert SubjectMatcher(county.region).match(text) is None


def test_two_of_one_core_are_never_guessed_between(county: County) -> None:
    Subject.objects.create(region=county.region, code="other", kind=SubjectKind.FIRM, name="正珠公司")
    matcher = SubjectMatcher(county.region)
    found = [matcher.match(text) for text in ("正珠", "正珠公司", "正珠煤业")]
    assert [subject and subject.code for subject in found] == [None, "other", "zhengzhu"]


def test_a_subject_out_of_use_is_not_named(county: County) -> None:
    gone = county.subjects["pancheng"]
    gone.active = False
    gone.save(update_fields=["active"])
    assert SubjectMatcher(county.region).match("盘城煤业") is None


def test_the_register_is_read_once(
    county: County, django_assert_num_queries: type[CaptureQueriesContext]
) -> None:
    with django_assert_num_queries(2):
        matcher = SubjectMatcher(county.region)
        for text in ("石港煤业", "县能源局", "无此公司", "华能左权煤电"):
            matcher.match(text)
    assert [d.code for d in matcher.departments()] == [
        d.code for d in sorted(county.departments.values(), key=lambda d: d.name)
    ]
