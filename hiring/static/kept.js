// On every page of an interviewer: tells of words that this device alone holds, and clears it at
// sign-out. Another person's words stay where they are until that person comes back.

import { forget, found, isDraft, leave, out, page, person } from "./device.js";

const find = (selector) => document.querySelector(selector);
const place = ({ who, number }) => `${who}, question ${number}`;

function list(drafts, write) {
  return drafts.map((draft) => {
    const item = document.createElement("li");
    item.textContent = write(draft);
    return item;
  });
}

async function signOut(event) {
  event.preventDefault();
  const form = event.target;
  const drafts = (await found()).filter(isDraft);
  const dialog = find("[data-unsent]");
  if (drafts.length && !dialog.open) {
    dialog.querySelector("ul").replaceChildren(...list(drafts, place));
    dialog.showModal();
    return;
  }
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) {
    form.submit(); // the browser says what is wrong
    return;
  }
  await forget(await found());
  await caches.delete(`cards-${person}`);
  out.postMessage("");
  leave(answer.url);
}

// What a page that is gone has left, unless the form that sends it stands here.
async function tell() {
  const { held } = await navigator.locks.query();
  const alive = new Set(held.map((lock) => lock.name));
  const isHere = ({ key }) => find("[data-submit-card]") && location.pathname === `/scorecards/${key[1]}`;
  const left = (await found()).filter((one) => isDraft(one) && one.key[3] !== page && !alive.has(one.key[3]) && !isHere(one));
  const notice = find("[data-left]");
  notice.hidden = left.length === 0;
  const texts = ({ seconds, ...fields }) => Object.values(fields).filter((text) => text && !Array.isArray(text));
  notice.querySelector("ul").replaceChildren(...list(left, (one) => [place(one), ...texts(one.fields)].join("\n")));
  const cards = new Map(left.map(({ key, who }) => [key[1], who]));
  notice.querySelector("p").replaceChildren(...[...cards].map(([card, who]) => {
    const link = document.createElement("a");
    link.href = `/scorecards/${card}`;
    link.textContent = `Open the scorecard of ${who} to send them.`;
    return link;
  }));
  notice.querySelector("button").onclick = async () => {
    await forget(left);
    tell();
  };
}

// Pages kept for somebody who was here before are nobody's now.
async function tidy() {
  for (const name of await caches.keys()) if (name !== `cards-${person}`) await caches.delete(name);
}

find("[data-sign-out]").addEventListener("submit", signOut);
find("[data-unsent]").addEventListener("click", ({ target, currentTarget }) => {
  if (target.value === "out") find("[data-sign-out]").requestSubmit();
  else if (target.value) currentTarget.close();
});
tell();
tidy();
