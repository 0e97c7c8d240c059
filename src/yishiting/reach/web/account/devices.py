"""A browser's own description in a few words that its owner recognises."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first that fits: WeChat on a phone also says Chrome, Edge also says Chrome, and Chrome also says Safari.
SYSTEMS = (
    ("iPhone", gettext_noop("苹果手机")),
    ("iPad", gettext_noop("苹果平板")),
    ("HarmonyOS", gettext_noop("鸿蒙手机")),
    ("Android", gettext_noop("安卓手机")),
    ("Windows", gettext_noop("Windows 电脑")),
    ("Macintosh", gettext_noop("苹果电脑")),
    ("Linux", gettext_noop("Linux 电脑")),
)
BROWSERS = (
    ("MicroMessenger", gettext_noop("微信")),
    ("QQBrowser", gettext_noop("QQ 浏览器")),
    ("UCBrowser", gettext_noop("UC 浏览器")),
    ("Edg", gettext_noop("Edge 浏览器")),
    ("Firefox", gettext_noop("火狐浏览器")),
    ("Chrome", gettext_noop("谷歌内核浏览器")),
    ("Safari", gettext_noop("Safari 浏览器")),
)


def device(user_agent: str) -> str:
    """Return such as 安卓手机 · 微信; what is not known is said to be so."""
    system = next((words for mark, words in SYSTEMS if mark in user_agent), gettext_noop("不认得的设备"))
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    return f"{_(system)} · {_(browser)}" if browser else _(system)
