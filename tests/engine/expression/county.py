"""Names of a county and one row of it, for the tests of the expression language."""

from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.expression import Name, Value

NAMES = {
    "投资": Name("number", "万元", "固定资产投资"),
    "revenue": Name("number", "元"),
    "rd": Name("number", "元", "研发费用"),
    "output.coal.raw": Name("number", "吨", "原煤产量"),
    "企业数": Name("number", "家"),
    "增速": Name("number", "%"),
    "得分": Name("number"),
    "行业": Name("text"),
    "规上": Name("truth"),
    "高新": Name("truth"),
    "开工日": Name("day"),
    "投产日": Name("day"),
    "产线": Name("number", "模线"),
}
ROW: dict[str, Value | None] = {
    "投资": Decimal(420),
    "revenue": Decimal(100),
    "rd": Decimal(3),
    "output.coal.raw": Decimal(5),
    "output.coal.raw(2024H1)": Decimal(3),
    "output.coal.raw(year_ago)": Decimal(4),
    "企业数": 7,
    "增速": Decimal("6.5"),
    "得分": Decimal(88),
    "行业": "coal",
    "规上": True,
    "开工日": date(2024, 5, 1),
    "产线": Decimal(4),
}
