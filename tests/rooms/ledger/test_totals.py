"""The roll-up adds the promises of one plan year of one region, and claims only what it checked."""

from __future__ import annotations

from datetime import date

from django.test import Client
from django.urls import reverse
from tests.rooms.ledger.conftest import PLAN_DAY, HandIn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.totals import year_of


def test_the_roll_up_is_of_one_plan_year(
    zuoquan: Region, dispatcher: User, hand_in: HandIn, client: Client
) -> None:
    texts = {2024: "年底鑫康莱公司生产线达到58条。", 2026: "年底星荣公司生产线达到16条。"}
    for year, text in texts.items():
        document = hand_in(text, title=f"方案{year}")
        document.plan_year = year
        document.save(update_fields=["plan_year"])
        with clock.as_of(PLAN_DAY):
            services.statements_accept(user=dispatcher, document_id=document.pk, questioned=True)
    assert set(Task.objects.values_list("plan_year", flat=True)) == {2024, 2026}
    client.force_login(dispatcher)
    page = reverse("ledger:rollup")
    shown, later = (client.get(page, {"year": str(year)}) for year in texts)
    counted = [[total.value for total in answer.context["found"].totals] for answer in (shown, later)]
    assert counted == [[58], [16]]
    assert [answer.context["year"] for answer in (shown, later)] == [2024, 2026]
    assert "?year=2026" in shown.content.decode()
    assert "都对得上" not in shown.content.decode()
    rows = selectors.rows_of(Task.objects.all(), date(2024, 7, 1))
    asked = [("", 2024), ("1999", 2024), ("2026", 2026), ("x", 2024)]
    assert [year_of(rows, wanted, date(2024, 7, 1)) for wanted, _ in asked] == [year for _, year in asked]
