"""The filled form as a file, made from what a filling keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tiaodu.engine.tabular.filling import Put, filled_copy
from tiaodu.foundation.files.selectors import read_bytes
from tiaodu.rooms.returns.economy.words import amount_words
from tiaodu.rooms.returns.superior.cells import Asked, Naming, meant_words, series_words
from tiaodu.rooms.returns.superior.models import FormFilling
from tiaodu.rooms.returns.superior.selectors import cells_of


def filled_file(filling: FormFilling, site: str) -> bytes:
    """The blank with the figures of a filling, each with its comment, and the sheet 出处. ``site`` is the
    address of the program that links begin with. Of a sum over units no single unit's figure is told.
    """
    cells, naming = cells_of(filling.version), Naming(filling.of.region)
    puts, rows = [], []
    for told in filling.told:
        asked = cells[f"{told['sheet']}!{told['cell']}"]
        words = _source_words(asked, told)
        sample = _("示例。") if filling.sample else ""
        both = compared_words(told, naming.measures[asked.measure].unit)
        words = "\n".join(filter(None, [both, words]))
        comment = "\n".join(filter(None, [sample, _meaning(asked, naming, filling), words, told["note"]]))
        puts.append(Put(told["sheet"], told["cell"], Decimal(told["value"]), comment))
        rows.append(_line(asked, naming, told, words, site + _address(filling, asked)))
    rows += [_left_out(row, cells, naming) for row in filling.empty]
    heads = [
        _("格"),
        _("是什么"),
        _("数值"),
        _("谁的数"),
        _("时期"),
        _("数据口径"),
        _("谁报的"),
        _("说明"),
        _("链接"),
    ]
    title = _("出处（示例）") if filling.sample else _("出处")
    author = str(_("调度"))
    data = read_bytes(filling.version.file)
    return filled_copy(data, puts, title=title, heads=heads, rows=rows, author=author)


def _address(filling: FormFilling, asked: Asked) -> str:
    return f"{reverse('returns:form-told', args=[filling.pk])}?{urlencode({'at': asked.at})}"


def _meaning(asked: Asked, naming: Naming, filling: FormFilling) -> str:
    return _("%(measure)s，%(who)s，%(month)s %(span)s，%(series)s") % {
        "measure": naming.measure(asked.measure),
        "who": naming.who(asked.who),
        "month": filling.period,
        "span": meant_words(asked),
        "series": series_words(asked.series),
    }


def compared_words(told: dict[str, Any], unit: str) -> str:
    """Both values of a growth, each with its period; empty where the cell takes a figure itself."""
    both = told.get("compared")
    if both is None:
        return ""
    named = [f"{part['period']} {amount_words(Decimal(part['value']), unit, 2)}" for part in both]
    return _("%(now)s，上年同期 %(ago)s") % {"now": named[0], "ago": named[1]}


def _source_words(asked: Asked, told: dict[str, Any]) -> str:
    sources = told["sources"]
    if asked.of_units:
        units = len({source["subject"] for source in sources})
        return _("%(units)s 家企业自己报的 %(count)s 个数相加。") % {"units": units, "count": len(sources)}
    return _("%(who)s报送，实绩编号 %(pk)s。") % {"who": sources[0]["reporter"], "pk": sources[0]["evidence"]}


def _line(asked: Asked, naming: Naming, told: dict[str, Any], words: str, link: str) -> list[str]:
    return [
        asked.cell,
        naming.measure(asked.measure),
        f"{told['value']} {told['unit']}",
        naming.who(asked.who),
        meant_words(asked),
        series_words(asked.series),
        words,
        told["note"],
        link,
    ]


def _left_out(row: dict[str, Any], cells: dict[str, Asked], naming: Naming) -> list[str]:
    asked = cells[f"{row['sheet']}!{row['cell']}"]
    return [
        asked.cell,
        naming.measure(asked.measure),
        "",
        naming.who(asked.who),
        meant_words(asked),
        series_words(asked.series),
        "",
        row["why"],
        "",
    ]
