"""Symbols: each page carries only those that it shows, once, at its end.

An ``{% icon %}`` may stand in a block, an include or a component. All of these render with a context of their own, but
share the lowest layer of the render context, so the names are kept there and ``{% sprite %}`` finds them whatever drew
them. A symbol may be referred to before the place where it is defined, so ``{% sprite %}`` stands last.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from django.template import Context, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_KEY = "yishiting.ui.symbols"


@lru_cache(maxsize=256)
def _symbol(name: str) -> str:
    """Return the drawing called ``name``; raises ``TemplateSyntaxError`` where there is none."""
    try:
        return get_template(f"ui/symbols/{name}.html").render().strip()
    except TemplateDoesNotExist as error:
        raise TemplateSyntaxError(f"there is no symbol {name!r}: see ui/templates/ui/symbols/") from error


def _used(context: Context) -> dict[str, None]:
    """Return the names used so far, in their order; the lowest layer is the one that all parts of a page share."""
    ground: dict[str, Any] = cast("Any", context.render_context.dicts[0])
    names: dict[str, None] = ground.setdefault(_KEY, {})
    return names


def use(context: Context, name: str) -> None:
    """Note that this page shows the symbol ``name``."""
    _symbol(name)
    _used(context)[name] = None


def draw(context: Context, name: str, *, classes: str = "", label: str = "") -> SafeString:
    """Return the icon ``name`` beside a word; with ``label`` it stands alone and is read out."""
    use(context, name)
    css = f"i {classes}".strip()
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}"><use href="#i-{}"/></svg>', css, label, name
        )
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


def collect(context: Context) -> SafeString:
    """Return the definitions of all symbols used so far on this page."""
    names = _used(context)
    if not names:
        return mark_safe("")
    drawings = "".join(_symbol(name) for name in names)
    return mark_safe(  # noqa: S308 - our own drawings, no word of a user's
        f'<svg class="sprite" aria-hidden="true" focusable="false"><defs>{drawings}</defs></svg>'
    )
