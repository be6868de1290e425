// The published keys, the revocation list and the names: fetched when there is a network, else as the worker kept them. Nothing in them
// is believed before its signature has been checked: keys by the root that this page pins, the others by one of those keys.
const place = document.documentElement.dataset;
const WHERE = { keys: "/.well-known/mingjian-keys.json", revoked: "/.well-known/mingjian-revoked.json", names: "/.well-known/mingjian-names.json" };

async function fetched(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch (fault) {
    return null;
  }
}

export async function lists(statement, noble) {
  const found = { keys: {}, revoked: null, names: { counties: {}, agencies: {} } };
  const [keys, revoked, names] = await Promise.all([fetched(WHERE.keys), fetched(WHERE.revoked), fetched(WHERE.names)]);
  const good = async (outer, publicKey, domain) =>
    outer && statement.verify(publicKey, statement.unbase64(outer.signature), statement.signed(domain, outer.list), noble);
  if (await good(keys, statement.unbase64(place.root), "MINGJIAN-KEYS-v1")) {
    for (const key of JSON.parse(keys.list).keys) found.keys[key.id] = key;
  }
  for (const [name, outer, domain] of [["revoked", revoked, "MINGJIAN-REVOKED-v1"], ["names", names, "MINGJIAN-NAMES-v1"]]) {
    const key = outer && found.keys[outer.key];
    if (key && !key.revoked && await good(outer, statement.unbase64(key.public), domain)) found[name] = JSON.parse(outer.list);
  }
  return found;
}
