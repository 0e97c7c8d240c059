"""Why an area is corrected. Codes, since the record keeps no words about anybody; shown by these sentences."""

from __future__ import annotations

from yishiting.kernel.words import gettext_noop

AREA_REASONS: dict[str, str] = {
    "typo": gettext_noop("名册写错或漏写了"),
    "document": gettext_noop("核对了产权证、合同或登记簿"),
    "survey": gettext_noop("重新测绘了"),
    "objection": gettext_noop("业主提出异议，核对后更正"),
}

AREA_SOURCES: dict[str, str] = {
    "register": gettext_noop("不动产登记簿"),
    "survey": gettext_noop("测绘报告"),
    "contract": gettext_noop("买卖合同"),
    "roster": gettext_noop("名册"),
}
