// Reads and checks what the QR of a notice says. The frame is that of inspection/statement.py and docs/statement.md.
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE31 = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const KINDS = ["NONE", "USCC", "REG15", "PERMIT"];
const HEAD = [["version", 4], ["algorithm", 4], ["key", 8], ["type", 4], ["kind", 2], ["officers", 4], ["agency", 4], ["zero", 2],
  ["county", 20], ["year", 8], ["number", 20], ["starts", 15], ["days", 9], ["issued", 16]];
const HEAD_BYTES = 15, SIGNATURE = 64, FACTS = 8, AS_A_LIST = 15;
const bytes = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

export class NotGenuine extends Error {}
const malformed = () => { throw new NotGenuine("MALFORMED"); };

function base32(text) {
  const out = new Uint8Array(Math.floor(text.length * 5 / 8));
  let bits = 0, held = 0, at = 0;
  for (const character of text) {
    const value = BASE32.indexOf(character);
    if (value < 0) malformed();
    held = held << 5 | value;
    bits += 5;
    if (bits >= 8) { bits -= 8; out[at++] = held >> bits & 255; held &= (1 << bits) - 1; }
  }
  // One text only for the same bytes: nothing may stand in the bits left over, and none may be left out.
  if (held || bits >= 5) malformed();
  return out;
}

function big(part) {
  let value = 0n;
  for (const byte of part) value = value << 8n | BigInt(byte);
  return value;
}

const day = (n) => new Date(Date.UTC(2020, 0, 1) + n * 86400000).toISOString().slice(0, 10);

function enterprise(kind, rest) {
  if (kind === "USCC") {
    let value = big(rest.subarray(0, 11)), code = "";
    for (let n = 0; n < 17; n++) { code = BASE31[Number(value % 31n)] + code; value /= 31n; }
    if (value) malformed();
    const sum = [...code].reduce((total, c, n) => total + BASE31.indexOf(c) * WEIGHTS[n], 0);
    return [code + BASE31[(31 - sum % 31) % 31], rest.subarray(11)];
  }
  if (kind === "REG15") return [big(rest.subarray(0, 7)).toString().padStart(15, "0"), rest.subarray(7)];
  if (!rest.length || rest.length < 1 + rest[0]) malformed();
  return [utf8.decode(rest.subarray(1, 1 + rest[0])), rest.subarray(1 + rest[0])];
}

export function read(text) {
  const raw = base32(text);
  if (raw.length < HEAD_BYTES + SIGNATURE) malformed();
  const head = {};
  let packed = big(raw.subarray(0, HEAD_BYTES));
  for (const [name, bits] of [...HEAD].reverse()) { head[name] = Number(packed & (1n << BigInt(bits)) - 1n); packed >>= BigInt(bits); }
  if (head.version !== 1 || head.algorithm !== 1 || head.type !== 1 || head.zero !== 0) malformed();
  if (head.officers > 8 && head.officers !== AS_A_LIST) malformed();
  const body = raw.subarray(0, -SIGNATURE);
  let rest = body.subarray(HEAD_BYTES);
  if (rest.length < head.agency) malformed();
  let agency, code;
  try {
    agency = utf8.decode(rest.subarray(0, head.agency));
    [code, rest] = enterprise(KINDS[head.kind], rest.subarray(head.agency));
  } catch (fault) { malformed(); }
  const width = head.officers === AS_A_LIST ? 4 : 2, count = head.officers === AS_A_LIST ? 1 : head.officers;
  if (rest.length !== width * count + FACTS) malformed();
  const certificates = [];
  for (let n = 0; n < count; n++) certificates.push(hex(rest.subarray(n * width, (n + 1) * width)));
  return {
    text, body, signature: raw.subarray(-SIGNATURE), key: head.key, county: String(head.county).padStart(6, "0"), agency,
    year: 2000 + head.year, number: head.number, kind: KINDS[head.kind], enterprise: code, startsOn: day(head.starts),
    endsOn: day(head.starts + head.days), issuedOn: day(head.issued), certificates, listed: head.officers === AS_A_LIST,
    facts: hex(rest.subarray(width * count)),
  };
}

export const hex = (part) => [...part].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const unbase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const sha256 = async (text) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.encode(text))));

// The browser's own Ed25519 where it has one (Chrome 137, Safari 17, Firefox 129), else the library that was loaded for it.
export async function verify(publicKey, signature, message, noble) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  } catch (fault) {
    return (await noble()).verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false);
  }
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

export function signed(domain, content) {
  const before = bytes.encode(domain + "\0"), rest = typeof content === "string" ? bytes.encode(content) : content;
  const whole = new Uint8Array(before.length + rest.length);
  whole.set(before);
  whole.set(rest, before.length);
  return whole;
}

// What a statement says once its signature has been found good under one of the published keys.
export async function check(text, keys, noble) {
  const said = read(text), key = keys[said.key];
  if (!key) throw Object.assign(new NotGenuine("KEY"), { said });
  if (!await verify(unbase64(key.public), said.signature, signed("MINGJIAN-NOTICE-v1", said.body), noble)) throw new NotGenuine("SIGNATURE");
  said.revokedLater = Boolean(key.revoked);
  if (said.issuedOn < key.starts || said.issuedOn > key.ends || (key.revoked && said.issuedOn >= key.revoked)) {
    throw Object.assign(new NotGenuine("REVOKED"), { said });
  }
  return said;
}

export async function names(said, certificate) {
  const text = certificate.replace(/\s+/g, "").toUpperCase();
  const whole = await sha256(`MINGJIAN-CERTIFICATE-v1\0${said.county}\0${said.year}\0${said.number}\0${text}`);
  return !said.listed && said.certificates.includes(whole.slice(0, 4));
}
