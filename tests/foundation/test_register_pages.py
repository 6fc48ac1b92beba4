"""The pages of the register: what each person sees and does there, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, County, make_person

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.codes import check_credit_code, check_industry_code
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Alias, Liaison, Measure, MergeRecord, Region, Subject

DAY = date(2024, 5, 10)
CODE = "91110000600037341L"  # the example of GB 32100 in python-stdnum
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day(settings: object) -> Iterator[None]:
    settings.TIAODU_TODAY = DAY  # type: ignore[attr-defined]
    with clock.as_of(DAY):
        yield


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


def fields(subject: Subject, **changed: object) -> dict[str, object]:
    told = {"name": subject.name, "kind": subject.kind, "version": subject.version, "sample": "on"}
    return {**told, **changed}


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (CODE.lower(), CODE),
        ("９１１１００００６０００３７３４１Ｌ", CODE),
        (" 9111 0000 6000 3734 1L ", CODE),
        ("91110000-600037341-L", CODE),
        ("　", ""),
    ],
)
def test_credit_codes_are_read_as_they_are_pasted(typed: str, kept: str) -> None:
    assert check_credit_code(typed) == kept


def test_a_wrong_check_character_says_which_is_right() -> None:
    with pytest.raises(Invalid, match="应为“L”"):
        check_credit_code(CODE[:-1] + "M")
    with pytest.raises(Invalid, match="GB 32100"):
        check_credit_code(CODE[:-1])


def test_industries_are_checked_by_the_standard() -> None:
    assert check_industry_code(" Ｃ２９１５ ") == "2915"
    assert check_industry_code("") == ""
    with pytest.raises(Invalid, match="中类"):
        check_industry_code("2917")


# ---------------------------------------------------------------- subjects


def test_a_firm_is_registered_with_its_codes(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    told = {"name": "新厂", "kind": "firm", "credit_code": CODE.lower(), "industry_code": "C2915"}
    answer = client.post(reverse("registry:subject-new"), told)
    made = Subject.objects.get(name="新厂")
    assert answer["Location"] == reverse("registry:subject", args=[made.pk])
    assert (made.credit_code, made.industry_code, made.sample) == (CODE, "2915", False)
    shown = page(client, answer["Location"])
    assert "日用及医用橡胶制品制造" in shown
    assert "橡胶和塑料制品业" in shown
    again = client.post(reverse("registry:subject-new"), {**told, "name": "另一厂"})
    assert again.status_code == 422
    assert reverse("registry:subject", args=[made.pk]) in again.content.decode()
    assert not Subject.objects.filter(name="另一厂").exists()


def test_a_wrong_code_keeps_what_was_typed(county: County, cast: Cast, client_of: Browser) -> None:
    told = {"name": "新厂", "kind": "firm", "credit_code": CODE[:-1] + "M", "source": "营业执照"}
    answer = client_of(cast.admin).post(reverse("registry:subject-new"), told)
    assert answer.status_code == 422
    for words in ("应为“L”", "营业执照", CODE[:-1] + "M"):
        assert words in answer.content.decode()


def test_edits_are_versioned_and_for_those_entitled(county: County, cast: Cast, client_of: Browser) -> None:
    mine = county.subjects["pancheng"]
    url = reverse("registry:subject-edit", args=[mine.pk])
    client = client_of(cast.dispatcher)
    assert client.post(url, fields(mine, sector="coal", industry_code="0610")).status_code == 302
    late = client.post(url, fields(mine, sector="iron"))
    assert late.status_code == 409
    assert client_of(cast.leader).get(url).status_code == 403
    assert client_of(cast.leader).get(reverse("registry:subject", args=[mine.pk])).status_code == 200
    assert client_of(cast.outsider).get(url).status_code == 404
    assert client_of(cast.firm).get(reverse("registry:subject", args=[mine.pk])).status_code == 403


def test_two_never_stand_above_each_other(county: County, cast: Cast, client_of: Browser) -> None:
    firm, mine = county.subjects["xinrui"], county.subjects["xinrui-1"]
    answer = client_of(cast.admin).post(
        reverse("registry:subject-edit", args=[firm.pk]), fields(firm, parent=mine.pk)
    )
    assert answer.status_code == 422
    assert "在它的下面" in answer.content.decode()


def test_other_names_come_and_go_with_their_history(county: County, cast: Cast, client_of: Browser) -> None:
    mine, client = county.subjects["pancheng"], client_of(cast.dispatcher)
    client.post(reverse("registry:alias-add", args=[mine.pk]), {"text": "盘城公司"})
    alias = Alias.objects.get(subject=mine)
    url = reverse("registry:alias-remove", args=[mine.pk, alias.pk])
    assert client_of(cast.energy).post(url).status_code == 403
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404  # somebody was quicker
    shown = page(client, reverse("registry:subject", args=[mine.pk]))
    assert "删除别名" in shown
    assert "盘城公司" in shown


def test_out_of_use_and_back(county: County, cast: Cast, client_of: Browser) -> None:
    mine, client = county.subjects["pancheng"], client_of(cast.dispatcher)
    url = reverse("registry:subject-active", args=[mine.pk])
    assert client.post(url, {"active": "0", "version": mine.version}).status_code == 302
    assert "已停用" in page(client, reverse("registry:subject", args=[mine.pk]))
    assert client.post(url, {"active": "1", "version": 1}).status_code == 409
    assert client.post(url, {"active": "1", "version": 2}).status_code == 302


def test_an_industry_is_found_by_words(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.liaison)
    assert 'data-pick="3041"' in page(client, reverse("registry:industries") + "?industry=平板玻璃")
    assert "没有这样的行业" in page(client, reverse("registry:industries") + "?industry=独角兽")
    assert client_of(cast.bank).get(reverse("registry:industries")).status_code == 403


# ---------------------------------------------------------------- duplicates


def test_two_records_are_compared_and_merged(county: County, cast: Cast, client_of: Browser) -> None:
    mine, client = county.subjects["pancheng"], client_of(cast.dispatcher)
    twin = Subject.objects.create(region=county.region, code="twin", kind="mine", name="左权县盘城煤矿")
    assert "还没有查找过疑似重复" in page(client, reverse("registry:duplicates"))
    asked = client.post(reverse("registry:duplicates-search"))
    assert client.get(asked["Location"])["Location"] == reverse("registry:duplicates")
    shown = page(client, reverse("registry:duplicates"))
    assert "左权县盘城煤矿" in shown
    assert "此后登记簿有改动" not in shown
    pair = reverse("registry:pair", args=[mine.pk, twin.pk])
    assert "去掉地名和公司形式后相同" in page(client, pair)
    assert client.post(pair, {"verdict": "merge"}).status_code == 422
    assert client.post(pair, {"verdict": "merge", "keep": mine.pk, "reason": "同一座矿"}).status_code == 302
    shown = page(client, reverse("registry:subject", args=[mine.pk]))
    assert "把“左权县盘城煤矿”并入“盘城煤业”" in shown
    assert "同一座矿" in shown
    assert client.get(reverse("registry:subject", args=[twin.pk]))["Location"].endswith(f"/{mine.pk}/")
    record = MergeRecord.objects.get()
    undo = reverse("registry:merge-undo", args=[record.pk])
    assert client.get(undo).status_code == 403
    admin = client_of(cast.admin)
    assert "盘城煤矿" in page(admin, undo)
    assert admin.post(undo, {"reason": "两座矿"}).status_code == 302
    assert "从“盘城煤业”分开" in page(admin, reverse("registry:subject", args=[twin.pk]))
    assert admin.post(undo, {"reason": "再来"}).status_code == 422


def test_a_pair_told_apart_is_not_asked_again(county: County, cast: Cast, client_of: Browser) -> None:
    mine, client = county.subjects["pancheng"], client_of(cast.dispatcher)
    twin = Subject.objects.create(region=county.region, code="twin", kind="mine", name="左权县盘城煤矿")
    services.duplicates_find(region=county.region)
    pair = reverse("registry:pair", args=[mine.pk, twin.pk])
    client.post(pair, {"verdict": "different", "reason": "两座矿"})
    shown = page(client, reverse("registry:duplicates"))
    assert "已认定不是同一主体" in shown
    assert "两座矿" in shown
    assert twin.pk not in [p.other.pk for p in selectors.suggestions(cast.dispatcher)]
    client.post(pair, {"verdict": "again"})
    assert twin.pk in [p.other.pk for p in selectors.suggestions(cast.dispatcher)]
    assert client_of(cast.leader).get(reverse("registry:duplicates")).status_code == 403
    assert client_of(cast.leader).post(reverse("registry:duplicates-search")).status_code == 403


# ---------------------------------------------------------------- liaison


def test_liaison_is_assigned_handed_on_and_ended(county: County, cast: Cast, client_of: Browser) -> None:
    mine, client = county.subjects["pancheng"], client_of(cast.office)
    url = reverse("registry:liaison-assign", args=[mine.pk])
    told = {"role": "officer", "name": "张三", "post": "股长", "valid_from": "2024-05-01"}
    assert client.post(url, told).status_code == 302
    double = client.post(url, {**told, "name": "李四"})
    assert double.status_code == 422
    assert "张三" in double.content.decode()
    row = Liaison.objects.get()
    hand_on = {"user": cast.liaison.pk, "valid_from": "2024-05-08", "version": 1, "reason": "调整"}
    assert client.post(reverse("registry:liaison-transfer", args=[row.pk]), hand_on).status_code == 302
    assert client.post(reverse("registry:liaison-transfer", args=[row.pk]), hand_on).status_code == 409
    new = Liaison.objects.get(valid_to=None)
    assert new.user == cast.liaison
    assert "吴包联" in page(client, reverse("registry:liaison"))
    assert "吴包联" in page(client_of(cast.leader), f"/ledger/subjects/{mine.pk}/")
    end = {"last_day": "2024-05-09", "version": 1}
    assert client.post(reverse("registry:liaison-end", args=[new.pk]), end).status_code == 302
    wrong = client.post(reverse("registry:liaison-retract", args=[new.pk]), {"reason": "", "version": 2})
    assert wrong.status_code == 422
    assert client_of(cast.energy).get(url).status_code == 403


def test_the_table_turns_and_goes_to_excel(county: County, cast: Cast, client_of: Browser) -> None:
    for code in ("pancheng", "shigang"):
        services.liaison_assign(
            user=cast.office, subject_id=county.subjects[code].pk, role="officer", who=Person(name="张三")
        )
    client = client_of(cast.leader)
    assert "张三" in page(client, reverse("registry:liaison") + "?by=person")
    answer = client.get(reverse("registry:liaison") + "?filter=with&export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"石港煤业", "盘城煤业", "张三", "示例"} <= set(cells)


def test_a_cadre_finds_on_the_first_page_what_she_looks_after(
    county: County, cast: Cast, client_of: Browser
) -> None:
    cadre = make_person("cadre", "钱包联", ["liaison"], county.region)
    assert "我包联的" not in page(client_of(cadre), "/")
    services.liaison_assign(
        user=cast.office, subject_id=county.subjects["pancheng"].pk, role="officer", who=Person(user=cadre)
    )
    shown = page(client_of(cadre), "/")
    assert "我包联的" in shown
    assert "盘城煤业" in shown


# ---------------------------------------------------------------- regions


def test_a_township_is_registered_by_the_administrator(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client, url = client_of(cast.admin), reverse("registry:region-new", args=[county.region.pk])
    wrong = [
        ("140723101", "以 140722 开头"),
        ("1407221", "9 位"),
        ("140722000", "GB/T 10114"),
        ("140722100", "辽阳镇"),
    ]
    for code, words in wrong:
        answer = client.post(url, {"code": code, "name": "某镇"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert client.post(url, {"code": " １４０７２２ 101", "name": "桐峪镇"}).status_code == 302
    made = Region.objects.get(code="140722101")
    assert (made.level, made.path) == ("township", "140000/140700/140722/140722101/")
    assert "桐峪镇" in page(client_of(cast.leader), reverse("registry:regions"))
    assert client_of(cast.dispatcher).get(url).status_code == 403


def test_a_region_is_renamed_and_removed_while_nothing_hangs_on_it(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client, town = client_of(cast.admin), county.township
    edit = reverse("registry:region-edit", args=[town.pk])
    assert client.post(edit, {"name": "辽阳街道", "version": 1}).status_code == 302
    assert client.post(edit, {"name": "辽阳镇", "version": 1}).status_code == 409
    standard = reverse("registry:region-edit", args=[county.region.pk])
    assert client.post(standard, {"name": "左权市", "version": 1}).status_code == 422
    remove = reverse("registry:region-remove", args=[town.pk])
    subject = Subject.objects.create(region=town, code="x", kind="firm", name="镇办企业")
    assert client.post(remove).status_code == 422
    subject.delete()
    assert client.post(remove).status_code == 302
    assert not Region.objects.filter(pk=town.pk).exists()


def test_the_tree_counts_what_is_registered(county: County, cast: Cast) -> None:
    first, town = selectors.region_tree(cast.leader)
    assert (first.region, first.depth, first.departments, first.firms, first.below) == (
        county.region,
        0,
        7,
        7,
        1,
    )
    assert (town.depth, town.is_empty, town.kind) == (1, True, "")
    assert [row.region for row in selectors.region_tree(cast.outsider)] == [county.other]


# ---------------------------------------------------------------- measures


def test_a_measure_is_added_redefined_and_ended(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    told = {
        "code": "output.walnut", "name": "核桃产量", "unit": "吨", "kind": "flow", "definition": "干核桃",
        "valid_from": "2024-01-01",
    }  # fmt: skip
    assert client.post(reverse("registry:measure-new"), {**told, "code": "walnut"}).status_code == 422
    assert client.post(reverse("registry:measure-new"), told).status_code == 302
    made = Measure.objects.get(code="output.walnut")
    new = {
        **told,
        "definition": "干核桃，含退耕还林地",
        "valid_from": "2024-05-01",
        "version": 1,
        "reason": "统计局函",
    }
    assert client.post(reverse("registry:measure-redefine", args=[made.pk]), new).status_code == 302
    shown = page(client, reverse("registry:measure", args=[made.pk]))
    for words in ("干核桃，含退耕还林地", "统计局函", "2024-05-01"):
        assert words in shown
    with clock.as_of(date(2024, 4, 30)):
        row = selectors.measure_row_on(made)
    assert row.words.definition == "干核桃"
    end = {"valid_to": "2024-12-31", "version": 2}
    assert client.post(reverse("registry:measure-end", args=[made.pk]), end).status_code == 302
    assert "2024-12-31" in page(client, reverse("registry:measures") + "?filter=own")
    assert client_of(cast.energy).get(reverse("registry:measure-new")).status_code == 403
    assert client_of(cast.outsider).get(reverse("registry:measure", args=[made.pk])).status_code == 404


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize(
    "name", ["regions", "liaison", "measures", "duplicates", "subject-new", "measure-new"]
)
def test_pages_speak_english_too(county: County, cast: Cast, client_of: Browser, name: str) -> None:
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    told = page(client, reverse(f"registry:{name}"))
    assert 'lang="en"' in told
    assert "保存" not in told


def test_more_subjects_cost_no_further_query(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.admin)
    urls = [reverse(f"registry:{name}") for name in ("regions", "liaison", "measures", "duplicates")]
    urls += [reverse("registry:liaison") + "?by=person"]
    counts = []
    for start in (0, 30):
        for number in range(start, start + 30):
            made = Subject.objects.create(
                region=county.region, code=f"n{number}", kind="firm", name=f"某{number}厂"
            )
            Alias.objects.create(region=county.region, subject=made, text=f"厂{number}")
            services.liaison_assign(
                user=cast.office, subject_id=made.pk, role="officer", who=Person(name=f"人{number}")
            )
        services.duplicates_find(region=county.region)
        counts.append([])
        for url in urls:
            with CaptureQueriesContext(connection) as caught:
                page(client, url)
            counts[-1].append(len(caught))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 20


def test_the_table_comes_in_from_excel_where_it_is_kept(
    county: County, cast: Cast, client_of: Browser
) -> None:
    address = reverse("lists:import", args=["liaisons"])
    assert address in page(client_of(cast.office), reverse("registry:liaison"))
    assert address not in page(client_of(cast.leader), reverse("registry:liaison"))
