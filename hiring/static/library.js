// Finds entries of the library while words are typed. Without it the form is sent by its button.

const WAIT = 150; // ms after the last key
const NO_CONNECTION = "No connection, so this is what was found before. Press Search to try again.";

const form = document.querySelector("form[role=search]");
const found = document.getElementById("found");
const told = document.getElementById("told");
let timer;
let turn = 0; // answers may overtake each other: only the last question's is shown

function address() {
  const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `${form.action}?${query}` : form.action;
}

async function look() {
  const mine = (turn += 1);
  const url = address();
  try {
    const answer = await fetch(url, { redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    const fresh = page.getElementById("found");
    if (!fresh) return location.assign(url); // signed out: the page says so
    found.replaceChildren(...fresh.childNodes);
    history.replaceState(null, "", url);
    const isSearch = new URL(url).search !== "";
    say(isSearch ? found.querySelector("h2").textContent : "All traits");
  } catch {
    if (mine === turn) say(NO_CONNECTION, { isTrouble: true });
  }
}

// Who sees the page sees what was found; only trouble has to be written there.
function say(words, { isTrouble = false } = {}) {
  told.classList.toggle("visually-hidden", !isTrouble);
  told.textContent = words;
}

form.addEventListener("input", (event) => {
  clearTimeout(timer);
  timer = setTimeout(look, event.target.type === "search" ? WAIT : 0);
});
