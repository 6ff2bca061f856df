// Saves each question of a scorecard while it is being written, and says truthfully how that went.

import { adopt, confirm, forget, found, isDraft, keep, page, person, tab } from "./device.js";

const WAIT = 800; // ms after the last key
const LONGEST_WAIT = 5000; // ms that somebody may type on before a save
const RETRY = [1000, 2000, 4000, 8000]; // ms between attempts while the server can't be reached
const PATIENCE = 10_000; // ms for an answer
const KEEPALIVE_LIMIT = 60_000; // browsers refuse larger bodies that outlive their page

const OTHER = "somebody else is signed in.";
const TEXTS = ["reason", "note", "situation", "action", "result", "free_follow_up", "free_reason", "happened_note"];
const CHOICES = ["level", "follow_up", "look_for", "warning", "happened"];
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const card = Number(location.pathname.split("/")[2]);
const who = find(".card-bar .who").textContent;

// What a form holds, or held when it came from the server.
function read(form, value = "value", checked = "checked") {
  const fields = { seconds: form.elements.seconds.value };
  for (const name of TEXTS) fields[name] = form.elements[name][value];
  for (const name of CHOICES) {
    fields[name] = all(`[name=${name}]`, form).filter((one) => one[checked]).map((one) => one.value);
  }
  // A reason stands only beside *not observed*, for the server too.
  fields.reason = fields.level[0] === "not_observed" ? fields.reason.trim() : "";
  return fields;
}

function fill(form, fields) {
  for (const name of TEXTS) form.elements[name].value = fields[name];
  for (const name of CHOICES) {
    for (const one of all(`[name=${name}]`, form)) one.checked = fields[name].includes(one.value);
  }
  const { seconds } = form.elements;
  seconds.value = Math.max(seconds.value, fields.seconds);
  form.dispatchEvent(new Event("filled", { bubbles: true }));
}

// How long it took is not what was said.
const said = (fields) => JSON.stringify([...TEXTS, ...CHOICES].map((name) => fields?.[name]));

class Item {
  edits = 0;
  saved = 0; // the edit that the server holds
  sent = null; // an edit of which it is not known whether it arrived
  problem = null; // offline, signed-out, refused or stale
  tries = 0;
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
    // A browser that puts old words back beside a newer version number would overwrite that version.
    form.autocomplete = "off";
  }

  get isUnsaved() {
    return this.edits !== this.saved;
  }

  get isTouched() {
    return said(read(this.form)) !== this.held;
  }

  // The same rule as the server's, which has the last word at submit.
  get isComplete() {
    const { level: [level], reason, note, situation, action, result } = read(this.form);
    if (level === "not_observed") return reason !== "";
    return level % 4 === 1 ? (note + situation + action + result).trim() !== "" : Boolean(level);
  }

  // The version that is written over here, and what the server holds as that.
  see(version, fields) {
    [this.seen, this.held] = [version, said(fields)];
    this.form.elements.seen.value = version;
  }

  // Goes on with a draft that a page left behind, as soon as nothing else here waits to be saved.
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

  // Kept on this device before anything else.
  changed() {
    this.edits += 1;
    this.since ??= Date.now();
    this.keep();
    if (!this.problem || this.problem === "refused") this.say("saving", "Saving…");
    this.later(Math.min(WAIT, Math.max(0, this.since + LONGEST_WAIT - Date.now())));
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

  // One save at a time: whoever asks meanwhile gets the one under way.
  save() {
    clearTimeout(this.timer);
    if (this.isUnsaved) this.running ??= this.run().finally(() => { this.running = null; });
    return this.running;
  }

  async settle() {
    do await this.save(); while (this.isUnsaved && !this.problem);
  }

  // What may have arrived is sent again as it was: the same answer twice is no conflict.
  async run() {
    this.sent ??= { fields: read(this.form), seen: this.seen, edits: this.edits };
    const { sent } = this;
    this.keep();
    const answer = await post(this.path, { ...sent.fields, seen: sent.seen });
    await this.keeping;
    if (answer.status < 500) this.sent = null;
    this.heard(answer, sent);
    if (this.problem === "offline") this.later(RETRY[Math.min(this.tries++, RETRY.length - 1)]);
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

  // The server holds these fields.
  confirm({ version, saved_at, fields }, edits = this.edits) {
    this.see(version, fields);
    this.saved = this.isTouched ? edits : this.edits;
    [this.problem, this.tries, this.since] = [null, 0, null];
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

  // Another window has saved since: unless that says the same, both are shown.
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

  // What is here is to be saved over what is stored.
  over({ version, fields }) {
    this.see(version, fields);
    this.problem = null;
    this.changed();
    this.save();
  }

  // What is not taken stays among the earlier versions.
  async choose(which) {
    if (!which) return;
    if (this.edits !== this.stored.edits) await this.save();
    const { form, stored, edits } = this;
    if (edits !== stored.edits) return; // not known any more what would be joined
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
    if (problem === "stale") this.say("stale", "Two versions. Both are kept; choose below.");
    else if (problem === "refused") this.say("failed", `Not saved. ${why} ${place}.`);
    else this.say("kept", `${place}: ${why}`);
    if (problem !== "signed-out") return;
    const link = document.createElement("a");
    link.href = `/sign-in?next=${location.pathname}`;
    link.textContent = "Sign in to go on";
    this.status.append(" ", link);
  }

  sayWhen(moment) {
    const clock = new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.say("saved", `Saved at ${clock}`);
  }

  // Screen readers wait while aria-busy is set, so they hear the end of a save and not its start.
  say(state, sentence) {
    this.status.ariaBusy = String(state === "saving");
    this.status.dataset.state = state;
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    const isRated = find("[name=level]:checked", this.form) !== null;
    const isUnsaved = !state.startsWith("sav");
    this.jump.classList.toggle("is-rated", isRated);
    this.jump.classList.toggle("is-unsaved", isUnsaved);
    find("[data-words]", this.jump).textContent = isUnsaved ? "not saved" : isRated ? "rated" : "not rated";
    showOverall();
  }
}

// An answer without a status is none: the server could not be reached.
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
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { ...(isJson && await response.json()), status: response.status || 401 };
  } catch {
    return {};
  }
}

async function post(path, fields) {
  const answer = await ask(path, fields);
  if (![400, 401, 403].includes(answer.status)) return answer;
  // Signing in again makes a new session, and with it a new token.
  const { status } = await look();
  if (status === 200) return ask(path, fields);
  const why = { 401: "you are signed out.", 403: OTHER, 404: OTHER }[status];
  return why ? { status: 401, why } : { status };
}

// What the server holds now, and a token of the present session.
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
  const number = (state) => items.filter((item) => item.status.dataset.state === state).length;
  const states = { stale: "in two versions", failed: "not saved", kept: "kept on this device" };
  const worst = Object.keys(states).find(number);
  const overall = find("[data-save-all]");
  overall.hidden = false;
  overall.dataset.state = worst ?? (number("saving") ? "saving" : "saved");
  const count = number(worst);
  if (worst) overall.textContent = `${count} ${count === 1 ? "answer" : "answers"} ${states[worst]}`;
  else overall.textContent = number("saving") ? "Saving…" : "All saved";
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
    await forget(await found(card));
    await (await caches.open(`cards-${person}`)).delete(location.pathname);
    location.assign(next ?? location.pathname);
  }
}

// So that this page opens without a connection from now on.
async function keepPage() {
  const { serviceWorker } = navigator;
  if (!window.cookieStore || !serviceWorker) return; // a worker could not tell whose page it is
  const urls = serviceWorker.controller ? [] : [location.pathname]; // else it went through it
  await serviceWorker.register("/scorecards/worker.js");
  for (const file of performance.getEntriesByType("resource")) urls.push(file.name);
  (await serviceWorker.ready).active.postMessage(urls);
}

async function start() {
  const isOld = "kept" in document.body.dataset; // this page comes from this device
  const records = await found(card);
  const item = (record) => items.find((one) => one.id === record.key[2]);
  for (const record of records) {
    const one = item(record);
    if (isDraft(record) || !isOld || !(record.version > one?.seen)) continue;
    if (!one.isTouched) fill(one.form, record.fields);
    one.see(record.version, record.fields);
    one.sayWhen(record.saved_at);
  }
  for (const one of items) if (one.isTouched && !one.isUnsaved) one.changed();
  const others = new Set(records.filter(isDraft).map((draft) => draft.key[3]));
  for (const other of others) {
    if (other === page) continue;
    // Granted when that page is no more, which may be now.
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
addEventListener("online", refresh);
addEventListener("pagehide", saveAll);
document.addEventListener("visibilitychange", () => (document.hidden ? saveAll() : refresh()));
addEventListener("beforeunload", (event) => {
  if (!tab.isLeaving && items.some((item) => item.isUnsaved && !item.isKept)) event.preventDefault();
});
start();
keepPage();
