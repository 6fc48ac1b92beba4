"""Pages over HTTP: what each person sees and does, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from tests.cast import Cast, County
from tests.rooms.ledger.desk import PNG, a_proof, coal_task, step_task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.services import subjects_merge
from tiaodu.rooms.ledger import services
from tiaodu.rooms.ledger.models import Event, Progress, Task

DAY = date(2024, 5, 10)
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


@pytest.fixture(autouse=True)
def _shown_day(settings: object) -> None:
    settings.TIAODU_TODAY = DAY  # type: ignore[attr-defined]


def report(cast: Cast, task: Task, text: str = "1—4月产煤18万吨") -> Progress:
    return services.progress_report(
        user=cast.energy, task_id=task.pk, text=text, value=Decimal(180_000),
        indicator_id=task.indicators.get().pk, problem="运力不足", proofs=[a_proof(cast)],
    )  # fmt: skip


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.content.decode())


def test_the_list_answers_first_and_filters(county: County, cast: Cast, client_of: Browser) -> None:
    coal, step = coal_task(county, cast), step_task(county, cast)
    client = client_of(cast.dispatcher)
    whole = page(client, "/ledger/")
    assert "逾期 1 项" in whole
    assert coal.title in whole
    late = page(client, "/ledger/?filter=overdue")
    assert step.title in late
    assert coal.title not in late
    assert step.title not in page(client, "/ledger/?sector=coal&q=石港")


def test_the_excel_file_holds_every_row_and_more_columns(
    county: County, cast: Cast, client_of: Browser
) -> None:
    coal = coal_task(county, cast)
    report(cast, coal)
    answer = client_of(cast.dispatcher).get("/ledger/?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(n for n, line in enumerate(lines) if "工作任务" in line)
    told = dict(zip(lines[head], lines[head + 1], strict=True))
    assert (told["工作任务"], told["牵头单位"], told["配合单位"]) == (coal.title, "县能源局", "县应急管理局")
    assert (told["量化指标"], told["目前数值"]) == ("原煤产量50万吨（2024-12-31）", "原煤产量18万吨")
    assert (told["最近进展"], told["存在问题"]) == ("1—4月产煤18万吨", "运力不足")
    assert client_of(cast.liaison).get("/ledger/?export=xlsx").status_code == 403


def test_the_task_page_shows_figures_feed_and_what_one_may_do(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = coal_task(county, cast)
    report(cast, task)
    owner, leader = (
        page(client_of(cast.energy), f"/ledger/{task.pk}/"),
        page(client_of(cast.leader), f"/ledger/{task.pk}/"),
    )
    for told in ("石港煤业原煤产量完成50万吨", "1—4月产煤18万吨", "运力不足", "照片.png", "完成 36%"):
        assert told in owner
        assert told in leader
    assert "报进展" in owner
    assert f"/ledger/{task.pk}/progress/" not in leader
    assert f"/ledger/{task.pk}/edit/" not in owner


def test_progress_is_reported_in_the_unit_of_the_target(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = coal_task(county, cast)
    client, url = client_of(cast.energy), f"/ledger/{task.pk}/progress/"
    assert "万吨" in page(client, url)
    form = {
        "text": "1—4月产煤18.5万吨", "period_end": "2024-04-30", f"value_{task.indicators.get().pk}": "18.5",
        "proof": SimpleUploadedFile("磅单.png", PNG),
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    kept = Progress.objects.get()
    assert kept.value == 185_000
    assert (kept.period_end, kept.proofs.get().name) == (date(2024, 4, 30), "磅单.png")
    wrong = client.post(url, {"text": "", "period_end": "2024-04-30"})
    assert (wrong.status_code, Progress.objects.count()) == (422, 1)
    future = client.post(url, {"text": "预报", "period_end": "2024-06-30"})
    assert (future.status_code, Progress.objects.count()) == (422, 1)
    assert "今天之后" in future.content.decode()
    assert client_of(cast.leader).get(url).status_code == 403


def test_a_claim_is_verified_over_http_by_another_only(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = step_task(county, cast)
    form = {"happened_on": "2024-05-09", "text": "已恢复", "proof": SimpleUploadedFile("照片.png", PNG)}
    assert client_of(cast.energy).post(f"/ledger/{task.pk}/claim/", form).status_code == 302
    verify = f"/ledger/{task.pk}/verify/"
    assert client_of(cast.energy).post(verify, {"verb": "strike_off"}).status_code == 403
    empty = client_of(cast.supervision).post(verify, {"verb": "send_back", "text": ""})
    assert (empty.status_code, Event.objects.count()) == (422, 1)
    assert (
        client_of(cast.supervision).post(verify, {"verb": "strike_off", "text": "现场核实"}).status_code
        == 302
    )
    assert "已销号" in page(client_of(cast.leader), f"/ledger/{task.pk}/")


def test_a_stale_edit_shows_both_values(county: County, cast: Cast, client_of: Browser) -> None:
    task = coal_task(county, cast)
    client, url = client_of(cast.dispatcher), f"/ledger/{task.pk}/edit/"
    form = {"title": task.title, "leader": "王县长", "version": "1", "lead": county.departments["energy"].pk}
    assert client.post(url, form).status_code == 302
    late = client.post(url, {**form, "leader": "赵副县长"})
    assert late.status_code == 409
    assert "王县长" in late.content.decode()
    assert "赵副县长" in late.content.decode()


def test_a_firm_sees_due_and_state_of_what_is_released_and_no_remark(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task, other = coal_task(county, cast), step_task(county, cast)
    report(cast, task)
    firm = client_of(cast.firm)
    assert firm.get(f"/ledger/{task.pk}/").status_code == 404
    services.task_release(user=cast.dispatcher, task_id=task.pk, version=1)
    told = page(firm, f"/ledger/{task.pk}/")
    assert "2024-12-31" in told
    for hidden in ("1—4月产煤18万吨", "运力不足", "县能源局", "照片.png"):
        assert hidden not in told
        assert hidden not in page(firm, "/ledger/")
    assert firm.get(f"/ledger/{other.pk}/").status_code == 404
    for url in (
        f"/ledger/{task.pk}/progress/",
        f"/ledger/indicator/{task.indicators.get().pk}/provenance/",
        f"/ledger/proof/{Progress.objects.get().proofs.get().pk}/",
        f"/ledger/subjects/{county.subjects['shigang'].pk}/",
        "/ledger/rollup/",
    ):
        assert firm.get(url).status_code in (403, 404), url


def test_an_outsider_finds_nothing(county: County, cast: Cast, client_of: Browser) -> None:
    task = coal_task(county, cast)
    proof = report(cast, task).proofs.get()
    outsider = client_of(cast.outsider)
    for url in (
        f"/ledger/{task.pk}/",
        f"/ledger/{task.pk}/edit/",
        f"/ledger/{task.pk}/verify/",
        f"/ledger/{task.pk}/progress/",
        f"/ledger/indicator/{task.indicators.get().pk}/provenance/",
        f"/ledger/proof/{proof.pk}/",
        f"/ledger/subjects/{county.subjects['shigang'].pk}/",
        f"/ledger/subjects/{county.subjects['shigang'].pk}/page.docx",
    ):
        assert outsider.get(url).status_code == 404, url
    assert client_of(cast.energy).get(f"/ledger/proof/{proof.pk}/").status_code == 200


def test_the_drawer_shows_what_was_known_on_a_day(county: County, cast: Cast, client_of: Browser) -> None:
    task = coal_task(county, cast)
    with clock.as_of(date(2024, 4, 2)):
        first = report(cast, task, "一季度")
    with clock.as_of(date(2024, 5, 6)):
        services.progress_correct(
            user=cast.energy, progress_id=first.pk, reason="复核", value=Decimal(121_000)
        )
    url = f"/ledger/indicator/{task.indicators.get().pk}/provenance/"
    now, then = page(client_of(cast.leader), url), page(client_of(cast.leader), f"{url}?day=2024-04-30")
    assert "12.1" in now
    assert "复核" in now
    assert "12.1" not in then
    assert ">18<" in then
    assert "还没有报过" in page(client_of(cast.leader), f"{url}?day=2024-02-01")


def test_one_page_of_a_subject_on_screen_and_in_word(county: County, cast: Cast, client_of: Browser) -> None:
    task = coal_task(county, cast)
    report(cast, task)
    subject = county.subjects["shigang"]
    told = page(client_of(cast.leader), f"/ledger/subjects/{subject.pk}/")
    answer = client_of(cast.leader).get(f"/ledger/subjects/{subject.pk}/page.docx")
    word = docx.Document(BytesIO(answer.content))
    written = "\n".join(
        [p.text for p in word.paragraphs] + [c.text for t in word.tables for r in t.rows for c in r.cells]
    )
    for words in ("承诺 1 项", "运力不足", "1—4月产煤18万吨", task.title):
        assert words in told
        assert words in written
    assert client_of(cast.liaison).get(f"/ledger/subjects/{subject.pk}/page.docx").status_code == 403


def test_the_page_of_a_merged_subject_leads_to_the_one_kept(
    county: County, cast: Cast, client_of: Browser
) -> None:
    subject, client = county.subjects["pancheng"], client_of(cast.dispatcher)
    twin = Subject.objects.create(region=county.region, code="twin", kind="mine", name="盘城矿")
    subjects_merge(user=cast.dispatcher, keep_id=subject.pk, gone_id=twin.pk)
    assert client.get(f"/ledger/subjects/{twin.pk}/")["Location"] == f"/ledger/subjects/{subject.pk}/"


def test_what_concerns_a_sample_says_so_everywhere(county: County, cast: Cast, client_of: Browser) -> None:
    """Whenever the subject was marked: the task, its figures and its progress were entered as fact."""
    Subject.objects.update(sample=False)
    task = coal_task(county, cast)
    report(cast, task)
    client, mine = client_of(cast.leader), county.subjects["shigang"]
    urls = ("/", "/ledger/", f"/ledger/{task.pk}/", f"/ledger/subjects/{mine.pk}/", "/ledger/subjects/")
    assert [url for url in urls if "badge-sample" in page(client, url)] == []
    Subject.objects.filter(pk=mine.pk).update(sample=True)
    assert [url for url in urls if "badge-sample" not in page(client, url)] == []
    for url in ("/ledger/?export=xlsx", "/ledger/subjects/?export=xlsx"):
        sheet = openpyxl.load_workbook(BytesIO(b"".join(client.get(url)))).active
        assert sheet is not None
        rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "示例"]
        assert any("石港煤业" in str(cell) for row in rows for cell in row), url
    word = docx.Document(BytesIO(client.get(f"/ledger/subjects/{mine.pk}/page.docx").content))
    assert any("石港煤业（示例）" in paragraph.text for paragraph in word.paragraphs)
    form = page(client_of(cast.dispatcher), f"/ledger/{task.pk}/edit/")
    assert "石港煤业（示例）" in form
    # An indicator of a sample subject marks the task, though the task is about another.
    Subject.objects.filter(pk=mine.pk).update(sample=False)
    Subject.objects.filter(code="zhengzhu").update(sample=True)
    task.indicators.update(subject=county.subjects["zhengzhu"])
    assert "badge-sample" in page(client, f"/ledger/{task.pk}/")


@pytest.mark.parametrize(
    "url", ["/ledger/", "/ledger/calendar/", "/ledger/rollup/", "/ledger/subjects/", "/ledger/new/"]
)
def test_pages_speak_english_too(county: County, cast: Cast, client_of: Browser, url: str) -> None:
    coal_task(county, cast)
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    told = page(client, url)
    assert "台账里" not in told
    assert 'lang="en"' in told


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        page(client, url)
    return len(caught)


def test_four_times_the_tasks_cost_no_further_query(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    urls = ("/ledger/", "/ledger/calendar/", "/ledger/subjects/", "/ledger/rollup/")
    counts = []
    for more in (50, 150):
        for _n in range(more):
            task = coal_task(county, cast)
        report(cast, task)
        counts.append([queries(client, url) for url in urls])
    assert Task.objects.count() == 200
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 30


def test_who_verifies_reads_target_and_actual_of_every_figure(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = coal_task(county, cast)
    report(cast, task)
    services.task_claim(user=cast.energy, task_id=task.pk, text="完成")
    url = f"/ledger/{task.pk}/verify/"
    html = page(client_of(cast.supervision), url)
    table = strip_tags(html[html.index("<table") : html.index("</table>")]).replace(" ", "")
    missing = [w for w in ("原煤产量", "50万吨", "18万", "36%", "2024-05-10") if w not in table]
    assert not missing, table
    assert "销号必须写明依据" in html
    refused = client_of(cast.supervision).post(url, {"verb": "strike_off", "text": ""})
    assert (refused.status_code, "还有指标没有达到" in refused.content.decode()) == (422, True)
