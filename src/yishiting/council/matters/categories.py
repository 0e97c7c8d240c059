"""What a matter can be about. Pure: the words under which a neighbour finds his own case; a playbook may bring more."""

from __future__ import annotations

from collections.abc import Iterable

from yishiting.kernel.words import gettext_noop

OTHER = gettext_noop("其他")
CATEGORIES: tuple[str, ...] = (
    gettext_noop("停车充电"),
    gettext_noop("楼道堆物"),
    gettext_noop("消防通道"),
    gettext_noop("环境卫生"),
    gettext_noop("设施维修"),
    gettext_noop("漏水渗水"),
    gettext_noop("噪音扰民"),
    gettext_noop("养犬"),
    gettext_noop("物业服务"),
    gettext_noop("绿化"),
    gettext_noop("公共安全"),
    OTHER,
)


def known(from_playbooks: Iterable[str] = ()) -> tuple[str, ...]:
    """Return every category to choose from: ours, those that playbooks name, and the rest last."""
    ours = CATEGORIES[:-1]
    more = tuple(dict.fromkeys(name for name in from_playbooks if name not in CATEGORIES))
    return (*ours, *more, OTHER)
