// Keeps the verify page usable without a network, and nothing else of this site.
const CACHE = "verify-{{ version }}", LISTS_CACHE = "verify-lists", PAGE = "{{ page }}";
const FILES = {{ files|safe }}, LISTS = {{ lists|safe }};

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(CACHE)).addAll([PAGE, ...FILES]);
  await (await caches.open(LISTS_CACHE)).addAll(LISTS);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("verify-") && name !== CACHE && name !== LISTS_CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

// What may have changed: from the network if it answers soon, else as it was kept.
async function freshOrKept(request, name) {
  const cache = await caches.open(name);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(4000) });
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer.ok ? answer : await cache.match(request.url) || answer;
  } catch (fault) {
    return await cache.match(request.url) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE) event.respondWith(freshOrKept(request, CACHE));
  else if (LISTS.includes(url.pathname)) event.respondWith(freshOrKept(request, LISTS_CACHE));
  else if (FILES.includes(url.pathname)) event.respondWith((async () => await caches.match(request) || fetch(request))());
});
