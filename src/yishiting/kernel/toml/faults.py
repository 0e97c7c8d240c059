"""What is wrong in a TOML file, and on which line: the fault, and what ``tomllib`` says put in plain Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yishiting.kernel.words import Sentence, gettext_noop

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")

# The beginnings of tomllib's messages; what is not among them gets the general sentence. Braces are doubled, since these
# are templates.
_WORDS = (
    ("Unterminated string", gettext_noop("引号没有成对。请在文字两头都加上英文引号。")),
    ("Expected \"'\"", gettext_noop("引号没有成对。请在文字两头都加上英文引号。")),
    ("Expected '\"'", gettext_noop("引号没有成对。请在文字两头都加上英文引号。")),
    ("Illegal character '\\n'", gettext_noop("引号没有成对。请在文字两头都加上英文引号。")),
    ("Unclosed array", gettext_noop("方括号没有成对。请检查前面的 [ 后面是否有 ]，各项之间是否有英文逗号。")),
    ("Unclosed inline table", gettext_noop("花括号没有成对。请检查 {{ 后面是否有 }}，各项之间是否有英文逗号。")),
    ("Expected ']", gettext_noop("方括号没有成对。请写成 [[{table}]]。")),
    ("Expected '='", gettext_noop("这一项缺少等号。请写成：名称 = 内容。")),
    ("Invalid value", gettext_noop("等号后面的内容不对。请把文字放在英文引号里，例如 name = \"楼道清理\"。")),
    ("Cannot overwrite a value", gettext_noop("同一项写了两次。请删去一处。")),
    ("Duplicate inline table key", gettext_noop("同一个结果写了两次。请删去一处。")),
    ("Cannot declare", gettext_noop("同一个表写了两次，或者该写 [[{table}]] 的地方写成了 [{table}]。请改正。")),
    ("Cannot mutate immutable namespace", gettext_noop("同一个表分两处写了。请合在一处。")),
    ("Expected newline or end of document", gettext_noop("这一行后面有多余的内容。请另起一行，或在前面加 #。")),
    ("Invalid statement", gettext_noop("这一行看不懂。请写成：名称 = 内容；说明文字前面加 #。")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that must be mended before it can be used (or, as a note, is worth a look)."""

    line: int
    message: Sentence
    code: str


#: A name of more parts than this takes tomllib minutes to read; ours have three at most.
MOST_DOTS = 100


def dotted_fault(text: str) -> Fault | None:
    """Return the fault for a line with more dots than can be read within a reasonable time, to be asked before reading."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            words = gettext_noop("这一行的点太多了，读不了。请删去多余的点。")
            return Fault(number, Sentence(words), "syntax")
    return None


def syntax_fault(text: str, error: Exception, *, table: str) -> Fault:
    """Return the fault for ``error``, which ``tomllib`` raised on ``text``, whose tables are written ``[[table]]``."""
    last = text.rstrip().count("\n") + 1
    if isinstance(error, RecursionError):
        return Fault(1, Sentence(gettext_noop("括号一层套一层，太深了，读不了。请改成简单的写法。")), "syntax")
    said = str(error)
    place = _PLACE.search(said)
    line = int(place[1]) if place else last
    for beginning, words in _WORDS:
        if said.startswith(beginning):
            return Fault(line, Sentence(words, table=table), "syntax")
    if place:
        words = gettext_noop("这一行第 {column} 个字附近不符合 TOML 的写法。请对照样例改正，留意英文引号、逗号和括号。")
        return Fault(line, Sentence(words, column=int(place[2])), "syntax")
    words = gettext_noop("文件到结尾还没写完整，或者有不合写法的内容。请对照样例检查引号和括号是否成对。")
    return Fault(line, Sentence(words), "syntax")
