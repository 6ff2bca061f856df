// Tells which rules a question breaks while it is being worded.

const WAIT = 500; // ms after the last key

const place = document.querySelector("[data-lint]");
const form = place?.closest("form");
let timer;
let asked = 0;

function show(findings) {
  const list = document.createElement("ul");
  for (const { rule, sentence } of findings) {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = rule;
    item.append(name, `: ${sentence}`);
    list.append(item);
  }
  const box = document.createElement("div");
  box.className = findings.length ? "notice warn" : "notice ok";
  const head = document.createElement("p");
  head.textContent = findings.length
    ? "What the rules say about this wording"
    : "Sound: no rule is broken by this wording.";
  box.append(head);
  if (findings.length) box.append(list);
  place.replaceChildren(box);
}

async function check() {
  asked += 1;
  const number = asked;
  const { kind, trait, name } = place.dataset;
  const body = new URLSearchParams({
    prompt: form.elements.prompt.value, kind, trait, name,
    csrf_token: form.elements.csrf_token.value,
  });
  try {
    const answer = await fetch(place.dataset.lint, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    });
    if (answer.ok && number === asked) show((await answer.json()).findings);
  } catch {
    // Without an answer the page stays as it is: the rules are shown again after saving.
  }
}

form?.elements.prompt.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
});
