"""The roster as an Excel workbook. Phones are masked and tenants are counted: a file travels further than a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils import get_column_letter

from yishiting.ground.people.selectors import Owner
from yishiting.ground.people.sign_in import masked

WIDTHS = (12, 10, 12, 12, 12, 14, 28, 28, 10, 10, 24)


def write_sheet(homes: Iterable[Any], owners: Mapping[int, list[Owner]]) -> bytes:
    """Return an ``.xlsx`` of ``homes`` (as ``selectors.homes`` gives them), one row each, in their order."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("名册"))
    for at, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"

    def text(value: str) -> Cell:
        # A name that begins with = would be a formula for whoever opens the file.
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell

    sheet.append(
        [
            text(words)
            for words in (
                _("楼栋"),
                _("单元"),
                _("房号"),
                _("状态"),
                _("建筑面积"),
                _("面积来源"),
                _("业主"),
                _("电话（中间四位略去）"),
                _("居住人数"),
                _("租客人数"),
                _("待核实"),
            )
        ]
    )
    for home in homes:
        people = owners.get(home.pk, [])
        phones = [masked(phone) for owner in people if (phone := owner.phone)]
        pending = [
            words
            for words, wanted in (
                (_("缺面积"), home.area is None),
                (_("业主待查"), not people and home.kind == "sold"),
                (_("电话待核实"), home.unsettled_id or any(owner.unsettled_id for owner in people)),
            )
            if wanted
        ]
        sheet.append(
            [
                text(home.building.label),
                text(home.entrance.label),
                text(home.room),
                text(_(home.get_kind_display())),
                home.area,
                text(_(home.get_area_source_display())),
                text(_("、").join(owner.name for owner in people)),
                text(_("、").join(phones)),
                home.residents,
                home.tenants,
                text(_("、").join(pending)),
            ]
        )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
