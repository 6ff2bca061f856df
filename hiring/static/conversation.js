// One question at a time or all, anchors, keys, a clock, complete examples.

const MOST = 60; // s that one tick counts: a lid may have been closed

const { classList } = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const items = all(".item");
const fields = (item) => item.querySelector("form").elements;
const wide = matchMedia("(min-width: 64rem)");
const view = { one: false, full: wide.matches, keys: true, ...JSON.parse(localStorage.view ?? "{}"), paused: false };

let current = items[0];
let isHere = false;
let last = Date.now();

function show() {
  localStorage.view = JSON.stringify(view);
  for (const name in view) classList.toggle(name, view[name]);
  classList.toggle("strip", view.full || !wide.matches);
  classList.toggle("at-first", current === items[0]);
  classList.toggle("at-last", current === items.at(-1));
  for (const item of items) item.classList.toggle("is-current", item === current);
  for (const box of all("[data-view]")) box.checked = view[box.dataset.view];
}

function turnTo(item) {
  isHere = true;
  if (item === current) return;
  current = item;
  show();
}

function open(item) {
  if (!item) return;
  turnTo(item);
  history.replaceState(null, "", `#${item.id}`);
  item.scrollIntoView();
  item.focus({ preventScroll: true });
}

const go = (step) => open(items[items.indexOf(current) + Number(step)]);
const openHash = () => open(items.find((item) => `#${item.id}` === location.hash));

// It is saved with the next words or ticks.
function tick() {
  const passed = Math.min(MOST, Math.round((Date.now() - last) / 1000));
  last = Date.now();
  if (!isHere || view.paused || document.hidden) return;
  fields(current).seconds.value -= -passed;
  showTime(current);
}

function showTime(item) {
  const seconds = fields(item).seconds.value;
  item.querySelector("[data-clock]").textContent =
    `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, 0)}`;
}

function countExamples() {
  const lines = all("[data-examples]");
  const isWhole = (line) => ["situation", "action", "result"].every(
    (name) => fields(line.closest(".item"))[name].value.trim());
  for (const line of lines) {
    const trait = lines.filter((one) => one.dataset.examples === line.dataset.examples);
    line.querySelector(".num").textContent = `${trait.filter(isWhole).length} of ${trait.length}`;
  }
}

function pressed(event) {
  const { key, target, altKey, ctrlKey, metaKey } = event;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const isText = target.matches("textarea, [type=text]");
  const isInside = current.contains(target) || (view.one && target === document.body);
  const levels = all("[name=level]", current);
  if (altKey && step) {
    event.preventDefault();
    go(step);
  } else if (isInside && isText && key === "Escape") {
    (levels.find((one) => one.checked) ?? levels[0]).focus();
  } else if (isInside && !isText && view.keys && !(altKey || ctrlKey || metaKey)) {
    const level = levels.find(({ value }) => value === key) ?? (/^[0n]$/i.test(key) && levels[5]);
    if (!level) return;
    level.click();
    level.focus();
  }
}

classList.add("scripted");
items.forEach(showTime);
show();
openHash();
isHere = false;
wide.onchange = show;
setInterval(tick, 1000);
addEventListener("hashchange", openHash);
addEventListener("keydown", pressed);
for (const name of ["focusin", "pointerdown", "input"]) {
  addEventListener(name, ({ target }) => {
    const item = target.closest(".item");
    if (item) turnTo(item);
  });
}
for (const name of ["input", "filled"]) addEventListener(name, countExamples);
addEventListener("click", ({ target }) => {
  const { view: name, go: step } = target.closest("[data-view], [data-go]")?.dataset ?? {};
  if (step) go(step);
  if (!name) return;
  view[name] = target.checked ?? !view[name];
  show();
});
