// Shows how far an export is, and loads the page again when it is over.

const box = document.getElementById("progress");
const bar = box.querySelector("progress");
const count = box.querySelector("[data-count]");
const words = box.querySelector("[data-words]");

async function look() {
  try {
    const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
    const { done, total, over } = await answer.json();
    bar.value = done;
    count.textContent = `${done} of ${total}`;
    words.textContent = "Being made";
    if (over) return location.reload();
  } catch {
    words.textContent = "No connection, still looking";
  }
  setTimeout(look, 500);
}

setTimeout(look, 500);
