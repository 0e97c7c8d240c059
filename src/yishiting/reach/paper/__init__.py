"""Paper: what is handed out and pinned up, as A4 PDF. Owns the typesetting and the sheet; each room brings its own template.

May use the kernel alone. Words and figures come in as data, never as markup.
"""
