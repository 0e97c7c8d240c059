"""The numbers of pages below a list, each with an address that keeps whatever else was asked for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _


def drawn(page: Page[Any], query: QueryDict | None, *, unit: str, param: str) -> dict[str, Any]:
    """Return what the pager shows; ``query`` is what the address asks for now, which may be changed here."""

    def address(number: int) -> str:
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "total": paginator.count,
        "pages": paginator.num_pages,
        "unit": unit or _("条"),
        "per_page": paginator.per_page,
        "links": [
            {
                "number": number,
                "href": address(number) if isinstance(number, int) else "",
                "here": number == page.number,
            }
            for number in numbers
        ],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "following": address(page.next_page_number()) if page.has_next() else "",
    }
