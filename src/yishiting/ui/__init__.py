"""The look: layout, components, tokens, built assets. Templates and static files only.

No Python here is imported by other rooms; the tags that pages use live in ``reach/web/templatetags/ui.py``
(``{% load ui %}``) and are described in ``docs/look.md``.
"""
