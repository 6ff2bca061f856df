// Saves each question of a scorecard while it is being written, and says truthfully how that went.

const WAIT = 800; // ms after the last key
const RETRY = 4000; // ms between attempts while the server cannot be reached
const KEEPALIVE_LIMIT = 60_000; // browsers refuse larger bodies that outlive their page

const SIGNED_OUT =
  "You are signed out. Your words are kept in this tab: sign in in another tab, then press Save again.";
const NO_CONNECTION =
  "Not saved: no connection. Your words are kept in this tab; trying again…";
const NO_ANSWER =
  "Not saved: the server has a problem. Your words are kept in this tab; trying again…";
const REFUSED = "Not saved. Copy your words before you close this tab.";

let leaving = false;

class Item {
  constructor(form) {
    this.form = form;
    this.id = form.dataset.item;
    this.status = form.querySelector("[role=status]");
    this.jump = document.querySelector(`[data-jump="${this.id}"]`);
    this.number = this.jump.dataset.number;
    this.edits = 0;
    this.saved = 0; // the edit that the server holds
    this.problem = null; // offline, signed-out, refused or stale
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.pressed(event));
    // A browser that puts old words back beside a newer version number would overwrite that version.
    form.autocomplete = "off";
  }

  get isUnsaved() {
    return this.edits !== this.saved;
  }

  // The same rule as the server's, which has the last word at submit.
  get isComplete() {
    const { level, note, reason } = this.form.elements;
    if (level.value === "not_observed") return reason.value.trim() !== "";
    if (["1", "5"].includes(level.value)) return note.value.trim() !== "";
    return level.value !== "";
  }

  changed() {
    this.edits += 1;
    if (!this.problem || this.problem === "refused") this.say("saving", "Saving…");
    this.later(WAIT);
  }

  pressed(event) {
    if (this.problem === "stale") {
      // The form goes to the page that shows both texts. Other words not saved keep this window.
      leaving = !items.some((item) => item !== this && item.isUnsaved);
      this.form.target = leaving ? "_self" : "_blank";
      return;
    }
    event.preventDefault();
    this.changed();
    this.save();
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // One save at a time: whoever asks meanwhile gets the one under way.
  save() {
    clearTimeout(this.timer);
    if (!this.isUnsaved || this.problem === "stale") return undefined;
    this.running ??= this.run().finally(() => { this.running = null; });
    return this.running;
  }

  async settle() {
    do await this.save(); while (this.isUnsaved && !this.problem);
  }

  async run() {
    const edits = this.edits;
    try {
      let answer = await post(this.form);
      // Signing in again makes a new session, and with it a new token.
      if (isSignedOut(answer) && (await renewToken())) answer = await post(this.form);
      this.heard(answer, edits);
    } catch {
      this.fail("offline", NO_CONNECTION);
    }
    if (this.problem === "offline") this.later(RETRY);
    else if (this.isUnsaved && !this.problem) this.later(WAIT);
  }

  heard(answer, edits) {
    const sentences = answer.errors?.join(" ");
    if (answer.status === 200) this.keep(answer, edits);
    else if (isSignedOut(answer)) this.fail("signed-out", SIGNED_OUT);
    else if (answer.status === 409 && !answer.refused) this.fail("stale", "This item was changed in another window.");
    else if (answer.status >= 500 || answer.status === 429) this.fail("offline", NO_ANSWER);
    else this.fail("refused", sentences ? `Not saved. ${sentences}` : REFUSED);
  }

  keep(answer, edits) {
    this.form.elements.seen.value = answer.version;
    this.saved = edits;
    this.problem = null;
    if (this.isUnsaved) this.say("saving", "Saving…");
    else this.say("saved", `Saved at ${clock(answer.saved_at)}`);
    showProgress();
  }

  fail(problem, sentence) {
    this.problem = problem;
    this.say("failed", sentence);
    if (problem !== "stale") return;
    const button = document.createElement("button");
    button.className = "link-button";
    button.textContent = "See both texts";
    this.status.append(" ", button);
  }

  // Screen readers wait while aria-busy is set, so they hear the end of a save and not its start.
  say(state, sentence) {
    this.status.ariaBusy = String(state === "saving");
    this.status.dataset.state = state;
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    const isRated = this.form.querySelector("[name=level]:checked") !== null;
    this.jump.classList.toggle("is-rated", isRated);
    this.jump.classList.toggle("is-unsaved", state === "failed");
    this.jump.querySelector("[data-words]").textContent =
      state === "failed" ? "not saved" : isRated ? "rated" : "not rated";
    showOverall();
  }
}

async function post(form) {
  const body = new URLSearchParams(new FormData(form)).toString();
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
    redirect: "manual",
    keepalive: body.length < KEEPALIVE_LIMIT,
  });
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const answer = isJson ? await response.json() : {};
  // A page where an answer was expected is the sign-in page.
  return { ...answer, status: response.ok && !isJson ? 401 : response.status || 401 };
}

function isSignedOut(answer) {
  return [400, 401, 403].includes(answer.status);
}

async function renewToken() {
  const response = await fetch(location.pathname, { redirect: "manual" });
  if (!response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("form[data-item] [name=csrf_token]")?.value;
  if (!token) return false;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  return true;
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function showProgress() {
  const done = items.filter((item) => item.isComplete && !item.isUnsaved);
  document.querySelector("[data-progress-words]").textContent =
    `${done.length} of ${items.length} complete`;
  document.querySelector(".card-bar progress").value = done.length;
  const ids = new Set(done.map((item) => item.id));
  for (const line of document.querySelectorAll("[data-missing]")) {
    line.hidden = ids.has(line.dataset.missing);
  }
}

function showOverall() {
  const failed = items.filter((item) => item.problem).length;
  const isSaving = items.some((item) => item.isUnsaved);
  overall.hidden = false;
  overall.dataset.state = failed ? "failed" : isSaving ? "saving" : "saved";
  if (failed) overall.textContent = failed === 1 ? "1 answer not saved" : `${failed} answers not saved`;
  else overall.textContent = isSaving ? "Saving…" : "All saved";
}

function saveAll() {
  for (const item of items) item.save();
}

async function submitCard(event) {
  event.preventDefault();
  const words = event.target.querySelector("[data-submit-words]");
  words.textContent = "";
  await Promise.all(items.map((item) => item.settle()));
  const unsaved = items.filter((item) => item.isUnsaved);
  if (unsaved.length === 0) {
    leaving = true;
    event.target.submit();
    return;
  }
  const numbers = unsaved.map((item) => item.number).join(", ");
  words.textContent = `Nothing was submitted, because these answers are not saved yet: ${numbers}.`;
}

function grow(textarea) {
  textarea.style.height = "auto";
  textarea.style.height = `${textarea.scrollHeight + 2}px`;
}

const overall = document.querySelector("[data-save-all]");
const items = [...document.querySelectorAll("form[data-item]")].map((form) => new Item(form));

// Older browsers do not know the media query that hides this.
document.querySelector(".without-script").hidden = true;
showOverall();
document.querySelector("[data-submit-card]").addEventListener("submit", submitCard);
addEventListener("online", saveAll);
addEventListener("pagehide", saveAll);
addEventListener("pageshow", () => { leaving = false; });
document.addEventListener("visibilitychange", saveAll);
addEventListener("beforeunload", (event) => {
  if (leaving || !items.some((item) => item.isUnsaved)) return;
  saveAll();
  event.preventDefault();
});

if (!CSS.supports("field-sizing", "content")) {
  for (const textarea of document.querySelectorAll("textarea")) {
    grow(textarea);
    textarea.addEventListener("input", () => grow(textarea));
  }
}
