// Keeps an interviewer's words on this device until the server holds them.
//
// In IndexedDB: what is put there outlives a browser that is killed at once, where localStorage
// would lose its last seconds. A key is [person, card, item, page]. Each open page keeps drafts of
// its own; "" in place of a page is what the server has confirmed, for a page without a connection.

export const person = Number(document.body.dataset.person);
export const page = crypto.randomUUID();
export const tab = { isLeaving: false };

let database;
const ready = new Promise((resolve) => {
  const opening = indexedDB.open("fifteen", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("words");
  opening.onerror = () => resolve(false);
  opening.onsuccess = () => {
    database = opening.result;
    // Held for as long as this page lives: then others may take over what it left.
    navigator.locks.request(page, () => {
      resolve(true);
      return new Promise(() => {});
    });
  };
}).catch(() => false);

function below(...start) {
  const key = [person, ...start];
  return IDBKeyRange.bound(key, [...key, []]); // a list comes after any number or text
}

// Resolves to whether it is kept. What `act` asks for is on its way before this returns.
function change(act) {
  return new Promise((resolve) => {
    const work = database.transaction("words", "readwrite");
    work.oncomplete = () => resolve(true);
    work.onabort = () => resolve(false);
    act(work.objectStore("words"), work);
  }).catch(() => false);
}

export const keep = (draft, card, item) => change((store, work) => {
  store.put(draft, [person, card, item, page]);
  work.commit();
});

// The server holds an answer. A draft that says no more is done with.
export const confirm = (answer, isAll, card, item) => change((store) => {
  const key = [person, card, item];
  store.get([...key, ""]).onsuccess = ({ target }) => {
    if (!(target.result?.version > answer.version)) store.put(answer, [...key, ""]);
  };
  if (isAll) store.delete([...key, page]);
});

// All that is kept below a key, the newest first.
export async function found(...start) {
  const records = [];
  if (await ready) {
    await change((store) => {
      store.openCursor(below(...start)).onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        records.push({ key: cursor.key, ...cursor.value });
        cursor.continue();
      };
    });
  }
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
