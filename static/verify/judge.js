// From what was scanned to one answer: a word, a colour, what to do. No network is asked here.

// The legal day where the notice is from, whatever zone the phone is in.
export function today(zone, now) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone || "Asia/Shanghai" }).format(now);
}

// Takes the text of a QR. Returns {answer, tone, said, statement}: answer names one of the page's words.
export async function judge(text, { statement, lists, noble, host, mine, now }) {
  const address = /^https?:\/\/([^/]+)\/r\/([a-z0-9]+)(?:[/?#].*)?$/i.exec(text.trim());
  if (!address) return { answer: "stranger", tone: "bad" };
  if (address[1].toLowerCase() !== host.toLowerCase()) return { answer: "elsewhere", tone: "bad", where: address[1] };
  const word = address[2].toUpperCase();
  if (word.length <= 40) return { answer: "token", tone: "warn", statement: address[2] };
  let said;
  try {
    said = await statement.check(word, lists.keys, noble);
  } catch (fault) {
    if (!(fault instanceof statement.NotGenuine)) throw fault;
    return { answer: { KEY: "key", REVOKED: "revoked" }[fault.message] || "forged", tone: "bad" };
  }
  const county = lists.names.counties[said.county] || {};
  const hours = lists.revoked ? (now - new Date(lists.revoked.at)) / 3600000 : null;
  const day = today(county.zone, now), found = { said, statement: word, hours, day };
  if (lists.revoked && lists.revoked.statements.includes(await statement.sha256(word))) return { ...found, answer: "void", tone: "bad" };
  if (day > said.endsOn) return { ...found, answer: "late", tone: "bad" };
  if (day < said.startsOn) return { ...found, answer: "early", tone: "bad" };
  if (mine && said.kind !== "NONE" && !said.enterprise.toUpperCase().endsWith(mine)) return { ...found, answer: "wrong", tone: "bad" };
  if (said.revokedLater) return { ...found, answer: "doubtful", tone: "warn" };
  // A clock that is before the list's own time can't tell how old the list is.
  if (hours === null || hours < -1 || hours > (county.fresh_hours || 24)) return { ...found, answer: "stale", tone: "warn" };
  return { ...found, answer: "good", tone: "good" };
}
