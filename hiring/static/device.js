// Keeps words on this device until the server holds them. Keys are [person, card, item, page]: each
// open page keeps drafts of its own, and under "" is what the server has confirmed.

export const person = Number(document.body.dataset.person);
export const page = crypto.randomUUID();
export const tab = { isLeaving: false };

export function leave(url) {
  tab.isLeaving = true;
  location.replace(url);
}

export const out = new BroadcastChannel("sign-out"); // in another tab
out.onmessage = () => leave("/sign-in");

let database;
const ready = new Promise((resolve) => {
  const opening = indexedDB.open("fifteen", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("words");
  opening.onerror = resolve;
  opening.onsuccess = () => {
    database = opening.result;
    // Held while this page lives. Then others may take over what it left.
    navigator.locks.request(page, () => new Promise(resolve));
  };
}).catch(() => {});

// Resolves to whether it is kept. It is on its way before this returns.
function change(act) {
  return new Promise((resolve) => {
    const work = database.transaction("words", "readwrite");
    work.oncomplete = () => resolve(true);
    work.onabort = () => resolve(false);
    act(work.objectStore("words"), work);
  }).catch(() => false);
}

export const keep = (draft, ...key) => change((store, work) => {
  store.put(draft, [person, ...key, page]);
  work.commit();
});

export const confirm = (answer, isAll, ...key) => change((store) => {
  store.put(answer, [person, ...key, ""]);
  if (isAll) store.delete([person, ...key, page]);
});

// All that is kept below a key, the newest first.
export async function found(...start) {
  await ready;
  const key = [person, ...start];
  const records = [];
  await change((store) => {
    const below = IDBKeyRange.bound(key, [...key, []]); // a list comes after any number or text
    store.openCursor(below).onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      records.push({ key: cursor.key, ...cursor.value });
      cursor.continue();
    };
  });
  return records.sort((one, other) => other.at - one.at);
}

export const isDraft = ({ key }) => key[3] !== "";

export const forget = (records) => change((store) => {
  for (const { key } of records) store.delete(key);
});

// Makes another page's draft this page's own, if it is still there and `take` says so.
export const adopt = ({ key, ...draft }, take) => change((store) => {
  store.get(key).onsuccess = ({ target }) => {
    if (!target.result || !take()) return;
    store.delete(key);
    store.put(draft, [...key.slice(0, 3), page]);
  };
});
