"""Marks of secrecy are refused; the same words in a sentence are not."""

from __future__ import annotations

import docx
import pytest
from tests.engine.intake.samples import PLAN, docx_bytes

from tiaodu.engine.reading.intake import IntakeError, find_marking, open_document

MARKED = [
    "秘密★1年",
    "机 密 ★ 10年",
    "绝密★长期",
    "机密",
    "【秘密】",
    "秘密  5年",
    "密级：秘密",
    "密级:机密　保密期限：3年",
    "份号000001\t绝密★启用前",
    "密级\t机密\t编号\t3",
    "密级：□绝密 □机密 ☑秘密",
]
NOT_MARKED = [
    "严守国家秘密和商业秘密。",
    "保护企业商业秘密",
    "推进机密打印设备制造项目，总投资3亿元。",
    "秘密级计算机信息系统建设项目竣工。",
    "密级：",
    "密级：公开",
    "密级\t秘密\t机密\t绝密",
    "破解石墨烯制备的秘密",
    "军民融合企业取得秘密级资质3家。",
]


@pytest.mark.parametrize("mark", MARKED)
def test_a_mark_is_found_and_the_file_refused(mark: str) -> None:
    found = find_marking(f"{mark}\n左权县人民政府文件\n{PLAN}")
    assert found is not None and found.level == "secret"
    with pytest.raises(IntakeError) as refusal:
        open_document(f"{mark}\n{PLAN}".encode(), filename="计划.txt")
    assert refusal.value.code == "secret"
    assert found.word in refusal.value.message()


@pytest.mark.parametrize("words", NOT_MARKED)
def test_ordinary_use_is_no_mark(words: str) -> None:
    assert find_marking(f"{words}\n{PLAN}") is None


def test_a_lonely_word_in_the_middle_of_a_long_text_is_no_mark() -> None:
    body = [f"{n}. {PLAN}" for n in range(120)]
    assert find_marking("\n".join([*body[:60], "秘密", *body[60:]])) is None
    assert find_marking("\n".join(["秘密", *body])) is not None


@pytest.mark.parametrize("words", ["内部资料", "内部资料　注意保存", "【内部】", "工作秘密"])
def test_internal_papers_are_read_with_a_warning(words: str) -> None:
    intake = open_document(f"{words}\n{PLAN}".encode(), filename="计划.txt")
    assert [w.code for w in intake.warnings] == ["internal"]


def test_words_about_inner_matters_are_no_mark() -> None:
    assert find_marking("加强内部管理。\n内部控制建设\n" + PLAN) is None


@pytest.mark.parametrize("name", ["【机密】计划.docx", "计划（秘密）.docx", "机密-2024计划.txt"])
def test_the_name_of_a_file_may_bear_the_mark(name: str) -> None:
    with pytest.raises(IntakeError) as refusal:
        open_document(PLAN.encode(), filename=name)
    assert refusal.value.code == "secret"


def test_a_name_that_speaks_of_secrets_is_no_mark() -> None:
    assert open_document(PLAN.encode(), filename="商业秘密保护方案.txt").warnings == ()


def test_a_mark_in_the_page_header_counts() -> None:
    document = docx.Document()
    document.add_paragraph(PLAN)
    document.sections[0].header.paragraphs[0].text = "机密★5年"
    with pytest.raises(IntakeError) as refusal:
        open_document(docx_bytes(document), filename="计划.docx")
    assert refusal.value.code == "secret"
