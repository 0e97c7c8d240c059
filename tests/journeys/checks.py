"""What is asked of every page, whoever wrote it: whole, in Chinese, fitting, reachable by an unsteady hand, plain to axe."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from playwright.sync_api import Page

from tests.journeys.serving import ROOT

#: Latin words that people meet in Chinese too, or must type as they stand.
KNOWN_WORDS = frozenset(
    (
        "English",
        "Excel",
        "SEQ",
        "HASH",
        "verify",
        "yishiting",
        "xlsx",
        "csv",
        "TOML",
        "version",
        "Linux",
        "Android",
        "iPhone",
        "Windows",
        "Word",
        "PDF",
    )
)
WORD = re.compile(r"[A-Za-z_]{3,}")
#: A hash, a receipt: not words.
DIGEST = re.compile(r"\b[0-9a-f]{12,}\b|\b[0-9A-Z]{4,}(?:-[0-9A-Z]{4,})+\b")
PLACEHOLDER = re.compile(r"%\(\w+\)|%[sd]|\{\w*\}|\bNone\b|\bnan\b|\{\{|\{%|&(?:amp|lt|gt|quot|#\d+);")
#: Between words of the catalogue, of which one was to be taken.
CHOICE = re.compile(r"\[\w+:")

FACTS = """() => {
  const root = document.scrollingElement;
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length > 0;
  const name = (e) => {
    const words = (e.innerText || e.value || e.getAttribute('aria-label') || e.name || '').trim().slice(0, 24);
    return e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className.trim().split(/\\s+/).join('.') : '')
      + (words ? ' “' + words.replace(/\\s+/g, ' ') + '”' : '');
  };
  const wide = [];
  if (root.scrollWidth > root.clientWidth) {
    for (const e of document.querySelectorAll('body *')) {
      const box = e.getBoundingClientRect();
      if (shown(e) && box.right > root.clientWidth + 1 && box.width > 0) wide.push(name(e));
    }
  }
  const small = [];
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || seen.has(e) || e.closest('svg, script, style, .vh, option')) continue;
    seen.add(e);
    if (!shown(e)) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    // What is read aloud only stands in a box of one pixel.
    if (box.width <= 1 || box.height <= 1) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 17.99) small.push(size + ' ' + name(e));
  }
  const targets = [];
  const acts = 'button, .btn, summary, select, input:not([type=hidden]), textarea, .doors a, .tool, .back, .pager a, nav a, .choice label, .pick';
  for (const e of document.querySelectorAll(acts)) {
    if (!shown(e) || e.closest('.vh')) continue;
    // The label is what a finger meets where it holds the box.
    const target = /^(radio|checkbox|file)$/.test(e.type || '') ? (e.closest('label, .filebox') || e) : e;
    const box = target.getBoundingClientRect();
    if (box.width > 1 && box.height > 1) targets.push([name(target), Math.round(box.width * 10) / 10, Math.round(box.height * 10) / 10]);
  }
  const words = [document.title, document.body.innerText];
  for (const e of document.querySelectorAll('[aria-label], [placeholder], [alt], [title]'))
    for (const key of ['aria-label', 'placeholder', 'alt', 'title']) if (e.getAttribute(key)) words.push(e.getAttribute(key));
  for (const e of document.querySelectorAll('option')) words.push(e.textContent);
  for (const e of document.querySelectorAll('code, pre, .code, .hash, textarea')) words.push('\\u0000' + (e.innerText || ''));
  return {
    title: document.title, lang: document.documentElement.lang,
    h1: [...document.querySelectorAll('h1')].filter(shown).length,
    main: (document.querySelector('main') || {innerText: ''}).innerText.trim().length,
    width: root.clientWidth, full: root.scrollWidth, wide: wide.slice(0, 6), small: small.slice(0, 8), targets,
    words, desk: document.documentElement.classList.contains('desk'),
    broken: [...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.currentSrc),
  };
}"""


def page_faults(page: Page, *, least_target: int = 44, language: str = "zh") -> list[str]:
    """Return a sentence for each thing that is wrong with the page as it stands, in ``zh`` or ``en``."""
    # A page that has only begun to arrive has no body yet.
    page.wait_for_load_state("load")
    facts: dict[str, Any] = page.evaluate(FACTS)
    faults: list[str] = []
    if "·" not in facts["title"] or not facts["title"].split("·")[0].strip():
        faults.append(f"has no title of its own: {facts['title']!r}")
    if not facts["lang"].lower().startswith(language):
        faults.append(f"does not say that it is in {language}: lang={facts['lang']!r}")
    if facts["h1"] != 1:
        faults.append(f"has {facts['h1']} visible h1")
    if facts["main"] < 10:
        faults.append("has an empty main")
    if facts["full"] > facts["width"]:
        faults.append(f"is {facts['full']} px wide in a window of {facts['width']}: {facts['wide']}")
    faults += [
        f"shows words in {each}" for each in facts["small"] if not facts["desk"] or float(each.split()[0]) < 15.99
    ]
    faults += [
        f"has a target of {width}×{height} px: {name}"
        for name, width, height in facts["targets"]
        if height < least_target - 0.5 or width < min(least_target, 44) - 0.5
    ]
    faults += [f"shows a picture that does not load: {each}" for each in facts["broken"]]
    return faults + (word_faults(facts["words"]) if language == "zh" else hole_faults(facts["words"]))


def hole_faults(words: list[str]) -> list[str]:
    """Return the placeholders of an English page that nobody filled, and choices between words that nobody made."""
    holes = set(PLACEHOLDER.findall("\n".join(words))) | set(CHOICE.findall("\n".join(words)))
    return [f"shows the placeholder {hole!r}" for hole in sorted(holes - {"None"})]


def word_faults(words: list[str]) -> list[str]:
    """Return what is not Chinese, or a placeholder that nobody filled; words that start with NUL stand as they are."""
    verbatim = {word for each in words if each.startswith("\0") for word in WORD.findall(each)}
    text = DIGEST.sub(" ", "\n".join(each for each in words if not each.startswith("\0")))
    strange = sorted(set(WORD.findall(text)) - KNOWN_WORDS - verbatim)
    holes = sorted(set(PLACEHOLDER.findall(text)))
    return [f"says {word!r}, which is not Chinese" for word in strange] + [
        f"shows the placeholder {hole!r}" for hole in holes
    ]


@lru_cache(maxsize=1)
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


RUN_AXE = """async (rules) => {
  const options = {resultTypes: ['violations'], elementRef: false, selectors: false};
  if (rules) options.runOnly = {type: 'rule', values: rules};
  const result = await axe.run(document, options);
  return result.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => [v.id, v.help, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {message: ''}).message)]);
}"""


def bring_axe(page: Page) -> None:
    """Have axe on each document that this window opens from now on; to send it anew takes as long as to run it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.enable")
    devtools.send("Page.addScriptToEvaluateOnNewDocument", {"source": _axe()})


def axe_faults(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds serious or critical; the policy forbids adding its script, so it is evaluated."""
    if not page.evaluate("() => 'axe' in window"):
        # Past Playwright's own wrapping, which would take as long as axe itself does.
        devtools = page.context.new_cdp_session(page)
        devtools.send("Runtime.evaluate", {"expression": _axe(), "silent": True})
        devtools.detach()
    found = page.evaluate(RUN_AXE, list(rules) or None)
    return [f"axe {rule}: {text}: {nodes}" for rule, text, nodes in found]
