"""What hangs over the margin or is cut off inside its own box, though the page as a whole is no wider than the window, and
lines that begin with the mark between two things.
"""

from __future__ import annotations

from playwright.sync_api import Page

CUT = """() => {
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length > 0;
  const found = [], range = document.createRange(), main = document.querySelector('main');
  const style = getComputedStyle(main), box = main.getBoundingClientRect();
  const margin = box.right - parseFloat(style.paddingRight);
  const scrolls = (e) => { for (; e && e !== main; e = e.parentElement) if (getComputedStyle(e).overflowX !== 'visible') return true; };
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || e.closest('svg, script, .vh, option, textarea') || !shown(e) || scrolls(e)) continue;
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    if (words.width > 1 && words.right > margin + 1) found.push(`“${node.data.trim().slice(0, 24)}” hangs over the margin`);
  }
  const place = ([node, at]) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  const within = (node) => node.parentElement.closest('p, li, td, th, dd, div');
  let before = null;
  for (walker.currentNode = main; walker.nextNode();) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || e.closest('svg, script, .vh, option, textarea') || !shown(e)) continue;
    for (let at = 0; at < node.data.length; at++) {
      if (/\\s/.test(node.data[at])) continue;
      if (node.data[at] === '·' && before && within(before[0]) === within(node) && place([node, at]).top >= place(before).bottom - 1)
        found.push(`a line begins with “${node.data.slice(at, at + 12).trim()}”`);
      before = [node, at];
    }
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const e of main.querySelectorAll('select')) {
    if (!shown(e) || e.multiple || !e.selectedOptions.length) continue;
    const look = getComputedStyle(e);
    pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
    const words = e.selectedOptions[0].text.trim();
    const room = e.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    if (pen.measureText(words).width > room + 1) found.push(`“${words}” is cut in its box`);
  }
  for (const e of main.querySelectorAll('.slips td[data-l]')) {
    const parts = [...e.children].filter((each) => shown(each) && each.getBoundingClientRect().width > 0);
    for (let i = 1; i < parts.length; i++) {
      const left = parts[i - 1].getBoundingClientRect(), right = parts[i].getBoundingClientRect();
      if (left.top < right.bottom && right.top < left.bottom && right.left - left.right > 60)
        found.push(`“${e.innerText.trim().replace(/\\s+/g, ' ')}” is pulled apart`);
    }
  }
  return found;
}"""


def cut_off(page: Page) -> list[str]:
    """Return a sentence for each thing that hangs over, is cut or pulled apart on the page as it stands."""
    found: list[str] = page.evaluate(CUT)
    return found
