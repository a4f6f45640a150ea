"""What can be measured on a page as it is drawn; each gives the list of what is wrong, [] where nothing is."""

from playwright.sync_api import Page

# Colours as the eye gets them: what lies over what, opacity included. Text that is clipped away is not seen.
_COLOURS = """
const parse = text => {
  const n = text.match(/[\\d.]+/g).map(Number);
  return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
};
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const light = c => [0, 1, 2].map(i => c[i] / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05) };
const lines = e => { const found = []; for (; e; e = e.parentElement) found.unshift(e); return found };
const ground = e => lines(e).reduce((under, each) => over(parse(getComputedStyle(each).backgroundColor), under),
  matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1]);
const opacity = e => lines(e).reduce((all, each) => all * getComputedStyle(each).opacity, 1);
const seen = e => e.checkVisibility({visibilityProperty: true}) && opacity(e) > 0 && !e.closest('.faces');
const name = e => e.tagName + (e.id ? '#' + e.id : e.className ? '.' + e.className : '') + ' ' +
  (e.textContent || e.value || '').trim().slice(0, 40);
"""

_TEXT_CONTRAST = (
    "minimum => {"
    + _COLOURS
    + """
const wrong = new Set();
const judge = (e, colour, paper, what) => {
  const c = parse(colour); c[3] *= opacity(e);
  const ratio = contrast(over(c, paper), paper);
  if (ratio < minimum) wrong.add(`${name(e)} ${what}: ${ratio.toFixed(2)}`);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; node = walker.nextNode();) {
  const e = node.parentElement;
  if (node.data.trim() && seen(e) && e.tagName !== 'OPTION') judge(e, getComputedStyle(e).color, ground(e), 'text');
}
for (const e of document.querySelectorAll('input:not([type]), select, textarea'))
  if (seen(e)) judge(e, getComputedStyle(e).color, ground(e), 'entered');
for (const e of document.body.querySelectorAll('*')) for (const which of ['::before', '::after']) {
  const s = getComputedStyle(e, which);
  if (s.content !== 'none' && s.content !== 'normal' && s.content !== '""' && seen(e))
    judge(e, s.color, over(parse(s.backgroundColor), ground(e)), which);
}
return [...wrong] }"""
)

_EDGE_CONTRAST = (
    "minimum => {"
    + _COLOURS
    + """
const edged = '.taps button, .scale>label, .quiet, .next, .main, textarea, select, .code, .summary';
return [...document.querySelectorAll(edged)].filter(seen).map(e => {
  const s = getComputedStyle(e), paper = ground(e.parentElement);
  const ratio = parseFloat(s.borderTopWidth) ? contrast(over(parse(s.borderTopColor), paper), paper) : 1;
  return [ratio, name(e)];
}).filter(([ratio]) => ratio < minimum).map(([ratio, what]) => `${what} edge: ${ratio.toFixed(2)}`) }"""
)

_TARGETS = """() => [...document.querySelectorAll(
    'button:not(.default), a, select, textarea, summary, .scale>label, .scale>input, .tick label, .code, audio')]
  .filter(e => e.checkVisibility())
  .map(e => [e.getBoundingClientRect(), e])
  .filter(([r]) => r.height < 47.5 || r.width < 47.5)
  .map(([r, e]) => `${e.outerHTML.slice(0, 80)} ${r.width.toFixed(1)} x ${r.height.toFixed(1)}`)"""

# Where letters lie, text by text: two texts may not lie on each other, and none may leave its button or the page.
_LOST_TEXT = """() => {
  const wrong = [], texts = [], wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) wrong.push(`page: ${wide.scrollWidth} > ${wide.clientWidth}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility({opacityProperty: true}) || e.closest('.default, option')) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const within = e.closest('button, label, a, .done, .fault, .summary');
    for (const r of range.getClientRects()) {
      texts.push([r, node]);
      const box = (within || document.body).getBoundingClientRect();
      const across = r.left < box.left - 1 || r.right > box.right + 1;
      if (across || within && (r.top < box.top - 4 || r.bottom > box.bottom + 4))
        wrong.push(`leaves its box: ${node.data.trim().slice(0, 40)}`);
    }
  }
  texts.sort((a, b) => a[0].top - b[0].top);
  texts.forEach(([a, one], i) => {
    for (const [b, other] of texts.slice(i + 1)) {
      if (b.top > a.bottom) break;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // Boxes of letters are higher than the letters: lines of one text may touch.
      const apart = one.parentElement.closest('.idle') !== other.parentElement.closest('.idle'); // lies over the page
      if (one !== other && !apart && across > 2 && down > Math.min(a.height, b.height) / 3)
        wrong.push(`on each other: ${one.data.trim().slice(0, 30)} / ${other.data.trim().slice(0, 30)}`);
    }
  });
  return wrong }"""

# What has the focus, and whether its outline can be seen: a radio button shows it on its label.
_FOCUS = (
    "minimum => {"
    + _COLOURS
    + """
const e = document.activeElement;
if (!e || e === document.body) return null;
const shown = e.matches('.scale>input') ? e.nextElementSibling : e;
const s = getComputedStyle(shown), r = shown.getBoundingClientRect(), wrong = [];
if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) wrong.push('no outline');
else if (contrast(parse(s.outlineColor), ground(shown.parentElement)) < minimum) wrong.push('faint outline');
const part = [Math.max(r.left, 0), Math.max(r.top, 0), Math.min(r.right, innerWidth), Math.min(r.bottom, innerHeight)];
if (part[2] - part[0] < 2 || part[3] - part[1] < 2) wrong.push('outside the screen');
else {
  const over = document.elementFromPoint((part[0] + part[2]) / 2, (part[1] + part[3]) / 2);
  const own = over && (shown.contains(over) || over.contains(shown) || over.matches('label, input'));
  if (!own) wrong.push(`hidden by ${over && over.outerHTML.slice(0, 60)}`);
}
const all = [...document.querySelectorAll('*')];
return [all.indexOf(e), wrong.map(each => `${name(shown)}: ${each}`)] }"""
)

# The spacing that a reader may set for himself (WCAG 2.2, 1.4.12).
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
  p { margin-bottom: 2em !important }"""
_RESTYLE = "rules => { const s = new CSSStyleSheet(); s.replaceSync(rules); document.adoptedStyleSheets = [s] }"


def restyle(page: Page, rules: str) -> None:
    """Lay a style sheet over the page's own, until the next page."""
    page.evaluate(_RESTYLE, rules)


def faint_text(page: Page, minimum: float = 7.0) -> list[str]:
    """Text, entered text and drawn signs whose contrast with what lies under them is below the minimum."""
    return list(page.evaluate(_TEXT_CONTRAST, minimum))


def faint_edges(page: Page, minimum: float = 3.0) -> list[str]:
    """Controls whose edge stands out too little from what lies around them."""
    return list(page.evaluate(_EDGE_CONTRAST, minimum))


def small_targets(page: Page) -> list[str]:
    """What a finger meets that is less than 48 px high or wide."""
    return list(page.evaluate(_TARGETS))


def lost_text(page: Page) -> list[str]:
    """Sideways scrolling, text that leaves its box, and texts that lie on each other."""
    return list(page.evaluate(_LOST_TEXT))


def tour(page: Page) -> tuple[int, list[str]]:
    """Go through the page by Tab: how many stops there are, and those where the focus cannot be seen."""
    wrong: list[str] = []
    passed: set[int] = set()
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    for _ in range(200):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUS, 3.0)
        if found is None or found[0] in passed:
            return len(passed), wrong
        passed.add(found[0])
        wrong.extend(found[1])
    raise AssertionError("the focus never comes to an end")
