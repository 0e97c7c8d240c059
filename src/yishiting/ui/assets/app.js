// Small helps over pages that work without them: parts fetched by htmx, drafts, one sending for one tap.
import htmx from "htmx.org";

// The same as the layout's meta element says, for a page that forgets it: the content security policy forbids both.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
window.htmx = htmx;

const WAIT_MS = 8000;
const PREFIX = "draft:";

function store() {
  try {
    return window.sessionStorage;
  } catch (refused) {
    return null;
  }
}

function kept(form) {
  return Array.from(form.elements).filter(
    (field) => field.name && !/^(hidden|password|file|submit|button)$/.test(field.type) && !field.hasAttribute("data-no-draft"),
  );
}

function remember(form) {
  const shelf = store();
  if (!shelf) return;
  const words = kept(form).map((field) => [
    field.name,
    field.type === "checkbox" || field.type === "radio" ? (field.checked ? field.value : null) : field.value,
  ]);
  try {
    shelf.setItem(PREFIX + form.dataset.draft, JSON.stringify(words));
  } catch (full) {
    // What was typed is still on the page.
  }
}

function recall(form) {
  const shelf = store();
  const text = shelf && shelf.getItem(PREFIX + form.dataset.draft);
  // A page that came back with faults already holds what was typed.
  if (!text || document.getElementById("errors")) return;
  let words;
  try {
    words = JSON.parse(text);
  } catch (broken) {
    return;
  }
  const fields = kept(form);
  words.forEach(([name, value], place) => {
    const field = fields[place];
    if (!field || field.name !== name) return;
    if (field.type === "checkbox" || field.type === "radio") {
      if (value !== null && field.value === value) field.checked = true;
    } else if (value && (field.tagName === "SELECT" || !field.value)) {
      field.value = value;
    }
  });
}

function forget(key) {
  const shelf = store();
  if (!shelf) return;
  Object.keys(shelf)
    .filter((name) => (key ? name === PREFIX + key : name.startsWith(PREFIX)))
    .forEach((name) => shelf.removeItem(name));
}

function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled][data-held]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-held");
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.dataset.draft) remember(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-forget")) forget();
  if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.querySelectorAll("button:not([type=button])").forEach((button) => {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("data-held", "");
  });
  // A lost connection must not leave a dead button.
  window.setTimeout(() => free(form), WAIT_MS);
});

// Paper has no second look: what is folded is unfolded, and pictures further down are fetched before it is set.
function unfold() {
  document.querySelectorAll("details:not([open])").forEach((part) => {
    part.open = true;
    part.setAttribute("data-unfolded", "");
  });
  return [...document.images].map((image) => {
    image.loading = "eager";
    return image.decode ? image.decode().catch(() => null) : null;
  });
}

window.addEventListener("beforeprint", unfold);
window.addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-unfolded]").forEach((part) => {
    part.open = false;
    part.removeAttribute("data-unfolded");
  });
});

document.addEventListener("click", (event) => {
  if (!event.target.closest || !event.target.closest("[data-print]")) return;
  // A picture that does not come must not hold the paper back.
  const waited = new Promise((done) => window.setTimeout(done, WAIT_MS));
  Promise.race([Promise.all(unfold()), waited]).then(() => window.print());
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

// Where a title may break: between its words, never inside one. A short word stays with what it belongs to.
const FORWARD = /^[不未没非第最可太就都还要把被给让从到在对加改换请想两几每新旧大小]$/;

function wordsOf(title) {
  const found = [];
  let open = "";
  for (const { segment } of new Intl.Segmenter("zh", { granularity: "word" }).segment(title)) {
    const alone = segment.length === 1 && /[\u4e00-\u9fff]/.test(segment);
    if (alone && FORWARD.test(segment)) {
      open += segment;
    } else if (!open && found.length && (alone || !/[\u4e00-\u9fff]/.test(segment) || /[\d\s（“《「]$/.test(found[found.length - 1]))) {
      found[found.length - 1] += segment;
    } else {
      found.push(open + segment);
      open = "";
    }
  }
  if (open) found.push(open);
  return found;
}

function markWords(part) {
  if (!window.Intl || !Intl.Segmenter || !document.documentElement.lang.startsWith("zh")) return;
  part.querySelectorAll("h1:not(.worded),h2:not(.worded),h3:not(.worded),.btn:not(.worded)").forEach((title) => {
    title.classList.add("worded");
    const walk = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    texts
      .filter((text) => text.length > 4)
      .forEach((text) => {
        const words = wordsOf(text.data.replace(/(\d) (?=[\u4e00-\u9fff])/g, "$1\u00a0"));
        // Around all of it, so that it stays one thing beside the symbol of a button.
        const line = document.createElement("span");
        words.forEach((word, place) => line.append(...(place ? [document.createElement("wbr")] : []), word));
        text.replaceWith(line);
      });
  });
}

// A day stays whole, and so does a weekday with its hour; between the two a line may break.
const DAYS = /(?:\d{4}年)?\d{1,2}月\d{1,2}日|（周[一二三四五六日]）(?:\d{1,2}:\d{2})?/g;

function holdDays(part) {
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (text.data.search(DAYS) >= 0 && !text.parentElement.closest("textarea,select,script,svg,.u,.n,.log time,h1,h2,h3")) texts.push(text);
  }
  texts.forEach((text) => {
    // Around all of it, so that it stays one thing in a row.
    const line = document.createElement("span");
    let from = 0;
    for (const found of text.data.matchAll(DAYS)) {
      const whole = document.createElement("span");
      whole.className = "u";
      whole.textContent = found[0];
      line.append(text.data.slice(from, found.index), whole);
      from = found.index + found[0].length;
    }
    line.append(text.data.slice(from));
    text.replaceWith(line);
  });
}

// No line begins with the mark between two things: it stays with the one before it.
function holdMarks(part) {
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (/\s·/.test(text.data) && !text.parentElement.closest("textarea,option,script")) text.data = text.data.replace(/\s+·/g, "\u00a0·");
  }
}

function ready() {
  markWords(document);
  holdMarks(document.getElementById("main") || document.body);
  holdDays(document.getElementById("main") || document.body);
  document.querySelectorAll("[data-draft-done]").forEach((mark) => forget(mark.dataset.draftDone));
  document.querySelectorAll("form[data-draft]").forEach(recall);
  document.querySelectorAll("button[data-print][hidden]").forEach((button) => {
    button.hidden = false;
  });
  document.querySelectorAll(".filebox").forEach(dress);
  const faults = document.querySelector("[data-focus]");
  if (faults) faults.focus();
}

// The browser's own words for choosing a file are in the browser's language; these are in the page's.
function dress(box) {
  const input = box.querySelector("input[type=file]");
  const words = box.querySelector(".filewords");
  if (!input || !words) return;
  const say = () => {
    const names = Array.from(input.files).map((file) => file.name);
    words.lastElementChild.textContent = names.length ? words.dataset.some + names.join(words.dataset.mark) : words.dataset.none;
  };
  words.hidden = false;
  box.classList.add("on");
  input.addEventListener("change", say);
  say();
}

// Lists of the desk without a mouse. Whatever a key does, a link or a field on the page does as well.
function typing(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function step(rows, by) {
  const here = rows.indexOf(document.activeElement);
  const place = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[place].focus();
  rows[place].closest("li, tr").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-keys=list]");
  const search = document.querySelector("[data-keys=search]");
  if ((!list && !search) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target === search) search.blur();
    // A tick that has the focus is a place in the list as well.
    if (event.target.type !== "checkbox") return;
  }
  const rows = list ? Array.from(list.querySelectorAll("[data-keys=row]")) : [];
  const help = document.querySelector("[data-keys=help]");
  const onRow = rows.includes(document.activeElement);
  if (event.key === "/" && search) search.focus();
  else if (event.key === "?" && help) {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  } else if (rows.length && (event.key === "j" || (event.key === "ArrowDown" && onRow))) step(rows, 1);
  else if (rows.length && (event.key === "k" || (event.key === "ArrowUp" && onRow))) step(rows, -1);
  else if (event.key === "x" && onRow) {
    const tick = document.activeElement.closest("li, tr").querySelector("input[type=checkbox]");
    if (!tick) return;
    tick.click();
  } else return;
  event.preventDefault();
});

document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  if (part === document.body) return;
  part.querySelectorAll(".filebox").forEach(dress);
  markWords(part);
  holdMarks(part);
  holdDays(part);
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
