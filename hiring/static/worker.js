// Opens a scorecard that was opened before, without a connection, for its own person alone.
//
// Who that is stands in a cookie that ends with the session. Pages and their files are kept in a
// cache of that person, with the addresses that the page gives them: no page ever meets the script
// of another version.

const PATIENCE = 5000; // ms until the kept page is shown in place of one that does not come
const CARD = /^\/scorecards\/\d+$/;

const drawer = async () => {
  const cookie = await cookieStore.get("person");
  return cookie && caches.open(`cards-${cookie.value}`);
};

addEventListener("install", (event) => {
  skipWaiting();
  // A save is none of its business: past a worker it outlives its page, through one it may not.
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
});
addEventListener("activate", (event) => event.waitUntil(begin(event)));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate" && request.method === "GET" && CARD.test(pathname)) {
    event.respondWith(open(event, pathname));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  }
});

// The page that brought this worker came without it.
async function begin(event) {
  await clients.claim();
  for (const { url } of await clients.matchAll()) {
    const { pathname } = new URL(url);
    if (CARD.test(pathname)) await load(pathname, event);
  }
}

async function open(event, pathname) {
  const kept = await (await drawer())?.match(pathname);
  const loading = load(pathname, event);
  if (!kept) return loading;
  event.waitUntil(loading.catch(() => {}));
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); });
  return Promise.race([loading.then((fresh) => (fresh.status < 500 ? fresh : kept), () => kept), late]);
}

async function load(pathname, event) {
  const response = await fetch(pathname, { redirect: "manual", headers: { Accept: "text/html" } });
  const mine = await drawer();
  if (response.ok) event.waitUntil(keep(mine, pathname, response.clone()));
  else if (response.status < 500) await mine?.delete(pathname);
  return response;
}

// Only a form of the person whose cookie is here; a card that is locked is kept no longer.
async function keep(mine, pathname, response) {
  const { value } = (await cookieStore.get("person")) ?? {};
  const text = await response.text();
  const isForm = text.includes(`<body data-person="${value}"`) && text.includes("data-submit-card");
  if (!mine || !isForm) return mine?.delete(pathname);
  const headers = new Headers();
  for (const name of ["Content-Type", "Content-Security-Policy"]) {
    headers.set(name, response.headers.get(name));
  }
  const marked = text.replace("<body", "<body data-kept");
  await mine.put(pathname, new Response(marked, { headers }));
  // What the page names, and what it fetches when somebody signs out.
  const urls = text.match(/\/static\/[^"]+/g);
  urls.push(urls[0].replace(/[^/]+$/, "kept.js"));
  return Promise.allSettled(urls.map((url) => file(new Request(url))));
}

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await drawer())?.put(request, response.clone());
  return response;
}
