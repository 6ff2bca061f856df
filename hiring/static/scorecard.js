// Saves each question while it is written, and says truthfully how that went: docs/decisions.md.

import { adopt, confirm, forget, found, isDraft, keep, page, person, tab } from "./device.js";

const WAIT = 800; // ms after the last key
const RETRY = 2500;
const PATIENCE = 10_000;
const KEEPALIVE_LIMIT = 60_000; // characters

const OTHER = "somebody else is signed in.";
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const card = Number(location.pathname.split("/")[2]);
const who = find(".card-bar .who").textContent;
// A form that was sent and refused is shown at another address, which can't be opened again.
history.replaceState(null, "", `/scorecards/${card}${location.hash}`);

// What a form holds, or held when it came: choices as lists.
function read(form, value = "value", checked = "checked") {
  const fields = { level: [] };
  for (const one of form.elements) {
    const { name } = one;
    if (/radio|checkbox/.test(one.type)) {
      fields[name] ??= [];
      if (one[checked]) fields[name].push(one.value);
    } else if (name && !/token|seen/.test(name)) fields[name] = one[value];
  }
  fields.reason = fields.level[0] === "not_observed" ? fields.reason.trim() : "";
  return fields;
}

function fill(form, { seconds, ...fields }) {
  for (const one of form.elements) {
    const value = fields[one.name];
    if (/radio|checkbox/.test(one.type)) one.checked = value?.includes(one.value);
    else if (one.name in fields) one.value = value;
  }
  const clock = form.elements.seconds;
  clock.value = Math.max(clock.value, seconds);
  form.dispatchEvent(new Event("filled", { bubbles: true }));
}

// How long it took is not what was said.
const said = ({ seconds, ...fields }) =>
  JSON.stringify(Object.entries(fields).filter(([, value]) => value.length).sort());

class Item {
  edits = 0;
  saved = 0; // the edit that the server holds
  sent = null; // may have arrived
  problem = null; // offline, signed-out, refused or stale
  waiting = []; // drafts of pages that are gone

  constructor(form) {
    this.form = form;
    this.id = Number(form.dataset.item);
    this.path = form.getAttribute("action");
    this.status = find("[role=status]", form);
    this.jump = find(`[data-jump="${this.id}"]`);
    this.number = this.jump.dataset.number;
    this.see(Number(form.elements.seen.value), read(form, "defaultValue", "defaultChecked"));
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.changed();
      this.save();
    });
    form.autocomplete = "off"; // old words put back would overwrite newer ones
  }

  get isUnsaved() {
    return this.edits !== this.saved;
  }

  get isTouched() {
    return said(read(this.form)) !== this.held;
  }

  get isComplete() {
    const { level: [level], reason, note, situation, action, result, free_follow_up, free_reason } = read(this.form);
    if (free_follow_up.trim() && !free_reason.trim()) return false;
    if (level === "not_observed") return reason !== "";
    return level % 4 === 1 ? (note + situation + action + result).trim() !== "" : Boolean(level);
  }

  see(version, fields) {
    [this.seen, this.held] = [version, fields && said(fields)];
    this.form.elements.seen.value = version;
  }

  // Goes on with what a page has left, once nothing else waits here.
  async next() {
    if (this.isUnsaved || !this.waiting.length) return;
    const draft = this.waiting.shift();
    await adopt(draft, () => {
      if (this.isUnsaved) return !this.waiting.unshift(draft);
      if (draft.seen !== this.seen) this.see(draft.seen);
      fill(this.form, draft.fields);
      this.sent = draft.sent && { ...draft.sent, edits: -1 };
      this.changed();
      return true;
    });
    this.next();
  }

  changed() {
    this.edits += 1;
    this.keep();
    if (!this.problem || this.problem === "refused") this.say("saving", "Saving…");
    this.later(WAIT);
  }

  keep() {
    if (tab.isLeaving) return; // the device was cleared
    const { seen, sent, number } = this;
    const draft = { fields: read(this.form), seen, sent, number, who, at: Date.now() };
    this.keeping = keep(draft, card, this.id).then((isKept) => { this.isKept = isKept; });
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // One at a time.
  save() {
    clearTimeout(this.timer);
    if (this.isUnsaved) this.running ??= this.run().finally(() => { this.running = null; });
    return this.running;
  }

  async settle() {
    do await this.save(); while (this.isUnsaved && !this.problem);
  }

  // What may have arrived is sent again as it was.
  async run() {
    this.sent ??= { fields: read(this.form), seen: this.seen, edits: this.edits };
    const { sent } = this;
    this.keep();
    const answer = await post(this.path, { ...sent.fields, seen: sent.seen });
    await this.keeping;
    if (answer.status < 500) this.sent = null;
    this.heard(answer, sent);
    if (this.problem === "offline") this.later(RETRY);
    else if (this.isUnsaved && !this.problem) this.later(WAIT);
  }

  heard(answer, { fields, edits }) {
    const { status, errors, sentences, stale, why } = answer;
    if (status === 200) this.confirm({ ...answer, fields }, edits);
    else if (!status) this.fail("offline", "the server can't be reached. Trying again…");
    else if (status >= 500) this.fail("offline", "the server has a problem. Trying again…");
    else if (status === 401) this.fail("signed-out", why);
    else if (stale) this.meet({ ...answer, edits });
    else this.fail("refused", (errors ?? sentences)?.join(" "));
  }

  confirm({ version, saved_at, fields }, edits = this.edits) {
    this.see(version, fields);
    this.saved = this.isTouched ? edits : this.edits;
    this.problem = null;
    this.panel?.remove();
    confirm({ version, saved_at, fields, at: Date.now() }, !this.isUnsaved, card, this.id);
    if (this.isUnsaved) {
      this.keep();
      this.say("saving", "Saving…");
    } else {
      this.sayWhen(saved_at);
      this.next();
    }
    showProgress();
  }

  // Another window has saved since.
  meet(stored) {
    const now = said(stored.fields);
    if (!this.isTouched) fill(this.form, stored.fields);
    if (now === said(read(this.form))) this.confirm(stored);
    else if (now === this.held) this.over(stored);
    else {
      this.stored = stored;
      this.panel ??= document.createElement("div");
      this.panel.innerHTML = stored.html;
      this.panel.onclick = ({ target }) => this.choose(target.dataset.choose);
      this.form.after(this.panel);
      this.fail("stale");
    }
  }

  over({ version, fields }) {
    this.see(version, fields);
    this.problem = null;
    this.changed();
    this.save();
  }

  async choose(which) {
    if (!which) return;
    if (this.edits !== this.stored.edits) await this.save();
    const { form, stored, edits } = this;
    if (edits !== stored.edits) return;
    if (which === "stored") {
      const answer = await post(`${this.path}/aside`, { ...read(form), seen: stored.version });
      if (answer.status === 200 && this.edits === edits) fill(form, stored.fields);
      this.heard(answer, { fields: stored.fields, edits });
    } else {
      if (which === "both") fill(form, stored.joined);
      this.over(stored);
    }
  }

  fail(problem, why = "The server refused it.") {
    this.problem = problem;
    const place = this.isKept ? "Kept on this device" : "Only in this tab: don't close it";
    if (problem === "stale") this.say(problem, "Two versions. Both are kept; choose below.");
    else if (problem === "refused") this.say("failed", `Not saved. ${why} ${place}.`);
    else this.say("kept", `${place}: ${why}`);
    if (problem === "signed-out") {
      this.status.innerHTML += ` <a href="/sign-in?next=${location.pathname}">Sign in to go on</a>`;
    }
  }

  sayWhen(moment) {
    const clock = new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.say("saved", `Saved at ${clock}`);
  }

  // While it is busy, screen readers wait for the end.
  say(state, sentence) {
    this.status.ariaBusy = String(state === "saving");
    this.status.dataset.state = state;
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    const rated = find("[name=level]:checked", this.form) ? "rated" : "not rated";
    const isUnsaved = !state.startsWith("sav");
    this.jump.classList.toggle("is-rated", rated === "rated");
    this.jump.classList.toggle("is-unsaved", isUnsaved);
    find("[data-words]", this.jump).textContent = isUnsaved ? "not saved" : rated;
    showOverall();
  }
}

// Without a status it is no answer.
async function ask(path, fields) {
  const headers = { Accept: "application/json" };
  const options = { headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
  if (fields) {
    const body = new URLSearchParams({ csrf_token: token });
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) body.append(name, one);
    }
    Object.assign(options, { method: "POST", body, keepalive: `${body}`.length < KEEPALIVE_LIMIT });
  }
  try {
    const response = await fetch(path, options);
    const answer = await response.json().catch(() => null);
    // A page where an answer was expected is the sign-in page.
    return { ...answer, status: (answer || !response.ok) && response.status || 401 };
  } catch {
    return {};
  }
}

async function post(path, fields) {
  const answer = await ask(path, fields);
  if (![400, 401, 403].includes(answer.status)) return answer;
  const { status } = await look();
  if (status === 200) return ask(path, fields);
  const why = { 401: "you are signed out.", 403: OTHER, 404: OTHER }[status];
  return why ? { status: 401, why } : { status };
}

// What the server holds now, and a token of this session.
async function look() {
  const answer = await ask(`${location.pathname}/answers`);
  if (answer.status !== 200) return answer;
  token = answer.token;
  for (const field of all("[name=csrf_token]")) field.value = token;
  for (const item of items) {
    const stored = answer.answers[item.id];
    if (stored?.version > item.seen && !item.isUnsaved) {
      fill(item.form, stored.fields);
      item.confirm(stored);
    }
  }
  return answer;
}

async function refresh() {
  if ((await look()).status === 200) saveAll();
}

function saveAll() {
  for (const item of items) item.save();
}

function showProgress() {
  const done = items.filter((item) => item.isComplete && !item.isUnsaved);
  find("[data-progress-words]").textContent = `${done.length} of ${items.length} complete`;
  find(".card-bar progress").value = done.length;
  for (const line of all("[data-missing]")) {
    line.hidden = done.some((item) => item.id === Number(line.dataset.missing));
  }
}

function showOverall() {
  const states = items.map((item) => item.status.dataset.state);
  const bad = { stale: "in two versions", failed: "not saved", kept: "kept on this device" };
  const state = [...Object.keys(bad), "saving"].find((one) => states.includes(one)) ?? "saved";
  const count = states.filter((one) => one === state).length;
  const overall = find("[data-save-all]");
  overall.hidden = false;
  overall.dataset.state = state;
  overall.textContent = bad[state]
    ? `${count} answer${count === 1 ? "" : "s"} ${bad[state]}`
    : { saving: "Saving…", saved: "All saved" }[state];
}

async function submitCard(event) {
  event.preventDefault();
  const form = event.target;
  const words = find("[data-submit-words]", form);
  words.textContent = "";
  await Promise.all(items.map((item) => item.settle()));
  const drafts = (await found(card)).filter(isDraft);
  const unsaved = items.filter((item) => item.isUnsaved);
  const numbers = new Set([...unsaved, ...drafts].map((one) => one.number));
  if (numbers.size) {
    words.textContent = `Nothing was submitted, because these answers are not saved yet: ${[...numbers].join(", ")}.`;
    return;
  }
  const { status, next, why } = await post(form.getAttribute("action"), {});
  if (status === 401) words.textContent = `Nothing was submitted: ${why}`;
  else if (!status || status >= 500) words.textContent = "The server did not answer. Try again in a moment.";
  else if (status === 422) form.submit(); // which shows what is missing
  else {
    await forget((await found(card)).filter((record) => !isDraft(record)));
    await (await caches.open(`cards-${person}`)).delete(location.pathname);
    location.assign(next ?? location.pathname);
  }
}

async function start() {
  const isOld = "kept" in document.body.dataset; // from this device
  const records = await found(card);
  const item = (record) => items.find((one) => one.id === record.key[2]);
  for (const record of records) {
    const one = item(record);
    if (isDraft(record) || !isOld || !(record.version > one?.seen)) continue;
    if (!one.isTouched) fill(one.form, record.fields);
    one.see(record.version, record.fields);
    one.sayWhen(record.saved_at);
  }
  for (const one of items) {
    if (one.isUnsaved) one.keep(); // it was not ready yet
    else if (one.isTouched) one.changed();
  }
  const others = new Set(records.filter(isDraft).map((draft) => draft.key[3]));
  for (const other of others) {
    if (other === page) continue;
    // Granted when that page is gone.
    navigator.locks.request(other, async () => {
      for (const draft of await found(card)) {
        if (draft.key[3] === other) item(draft)?.waiting.push(draft);
      }
      await Promise.all(items.map((one) => one.next()));
    });
  }
  if (isOld) refresh();
}

let token = find("[name=csrf_token]").value;
const items = all("form[data-item]").map((form) => new Item(form));

showOverall();
find("[data-submit-card]").addEventListener("submit", submitCard);
find("[data-sign-out]").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  // It hears of it from now on.
  import("./kept.js").then(() => form.requestSubmit(), () => form.submit());
}, { once: true });
addEventListener("online", refresh);
addEventListener("pagehide", saveAll);
document.addEventListener("visibilitychange", () => (document.hidden ? saveAll() : refresh()));
addEventListener("beforeunload", (event) => {
  if (!tab.isLeaving && items.some((item) => item.isUnsaved && !item.isKept)) event.preventDefault();
});
start();
// Without the cookie a worker could not tell whose page it is.
if (window.cookieStore) navigator.serviceWorker?.register("/scorecards/worker.js");
