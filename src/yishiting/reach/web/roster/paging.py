"""Pages of a list whose length is known already, so that it is not counted twice."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from yishiting.reach.web.http import Request


class CountedPaginator(Paginator[Any]):
    """A paginator that is told how many rows there are."""

    def __init__(self, rows: QuerySet[Any], per_page: int, known: int) -> None:
        self.known = known
        super().__init__(rows, per_page)

    @cached_property
    def count(self) -> int:
        """The number of rows, as it was told."""
        return self.known


def counted_page(request: Request, rows: QuerySet[Any], per_page: int, *, count: int | None) -> Page[Any]:
    """Return the page that ``?page=`` asks for; ``count`` is the number of rows where it is known."""
    paginator: Paginator[Any] = Paginator(rows, per_page) if count is None else CountedPaginator(rows, per_page, count)
    return paginator.get_page(request.GET.get("page"))
