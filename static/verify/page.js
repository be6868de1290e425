// 通知书核验: scan, answer in large type, with or without a network. All words stand in the page (#words), in its language.
const place = document.documentElement.dataset;
const words = JSON.parse(document.getElementById("words").textContent);
const $ = (id) => document.getElementById(id);
const noble = () => import(place.noble);
const [statement, { lists }, { judge }, camera] = await Promise.all(
  [import(place.statement), import(place.lists), import(place.judge), import(place.camera)]);

let known = await lists(statement, noble), scanning = false;
const mine = $("mine");

function say(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? "");
}

function age(hours) {
  if (hours === null || hours < -1) return words.no_list;
  if (hours < 1) return words.list_now;
  return hours < 48 ? say(words.list_hours, { n: Math.floor(hours) }) : say(words.list_days, { n: Math.floor(hours / 24) });
}

function tellOfLists() {
  const hours = known.revoked ? (Date.now() - new Date(known.revoked.at)) / 3600000 : null;
  $("lists").textContent = Object.keys(known.keys).length ? age(hours) : words.no_keys;
}

function line(term, text) {
  if (!text) return;
  const dt = document.createElement("dt"), dd = document.createElement("dd");
  dt.textContent = term;
  dd.textContent = text;
  $("facts").append(dt, dd);
}

function facts(said) {
  const county = known.names.counties[said.county] || {};
  const agency = (known.names.agencies[said.county] || {})[said.agency];
  line(words.enterprise, said.enterprise);
  line(words.days, said.startsOn === said.endsOn ? said.startsOn : `${said.startsOn} — ${said.endsOn}`);
  line(words.agency, agency ? `${agency}（${said.agency}）` : say(words.agency_code, { code: said.agency }));
  line(words.number, `${county.prefix || ""}〔${said.year}〕${said.number}号`);
  line(words.office, county.office || said.county);
  line(words.issued, said.issuedOn);
  line(words.people, said.listed ? words.many_people : say(words.n_people, { n: said.certificates.length }));
}

function show(found) {
  const [word, more] = words.answers[found.answer], said = found.said;
  const county = known.names.counties[said ? said.county : Object.keys(known.names.counties)[0]] || {};
  $("facts").replaceChildren();
  $("answer").className = `answer ${found.tone}`;
  $("word").textContent = word;
  $("more").textContent = say(more, { where: found.where, from: said?.startsOn, until: said?.endsOn, day: found.day, mine: mine.value });
  $("call").href = `tel:${county.phone || place.phone}`;
  $("call").textContent = `${words.call}\n${county.phone || place.phone}`;
  if (said) facts(said);
  $("unknown").hidden = $("certificates").hidden = !said;
  $("age").textContent = said ? `${age(found.hours)} ${say(words.by_this_clock, { day: found.day })}` : "";
  $("check-said").textContent = "";
  $("certificate").value = "";
  $("online").hidden = !found.statement || !navigator.onLine;
  if (found.statement) $("online").href = `/r/${found.statement}`;
  $("said").hidden = !said;
  $("answer").hidden = false;
  $("scan").inert = true;
  $("word").focus();
  $("answer").said = said;
  // Counted for the reader of the notice (docs/statement.md): a person held it before a camera. Lost without a network, and nothing waits for it.
  if (said && navigator.onLine) fetch(`/r/${found.statement}/seen`, { method: "POST", keepalive: true }).catch(() => null);
}

async function answer(text) {
  const typed = mine.value.trim().toUpperCase().slice(-6);
  show(await judge(text, { statement, lists: known, noble, host: location.host, mine: typed, now: new Date() }));
}

$("start").addEventListener("click", async () => {
  if (scanning) { scanning = false; return; }
  scanning = true;
  $("camera").hidden = false;
  $("start").textContent = words.stop;
  try {
    const text = await camera.throughCamera($("video"), () => !scanning);
    if (text) await answer(text);
  } catch (fault) {
    $("trouble").textContent = words.no_camera;
  }
  scanning = false;
  $("camera").hidden = true;
  $("start").textContent = words.start;
});

$("photo").addEventListener("change", async () => {
  const [file] = $("photo").files;
  if (!file) return;
  $("trouble").textContent = words.reading;
  const [text] = await camera.inPhotograph(file).catch(() => []);
  $("trouble").textContent = text ? "" : words.nothing_seen;
  $("photo").value = "";
  if (text) await answer(text);
});

$("certificates").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = $("answer").said, typed = $("certificate").value;
  if (!typed.trim()) return;
  const good = await statement.names(said, typed);
  $("check-said").textContent = said.listed ? words.certificate_list : good ? words.certificate_good : words.certificate_bad;
  $("check-said").className = good ? "yes" : "no";
});

$("again").addEventListener("click", () => {
  $("answer").hidden = true;
  $("scan").inert = false;
  $("start").focus();
});

try { mine.value = localStorage.getItem("mingjian-mine") || ""; } catch (fault) { /* storage is shut: typed each time */ }
mine.addEventListener("change", () => {
  try { localStorage.setItem("mingjian-mine", mine.value.trim().toUpperCase()); } catch (fault) { /* as above */ }
});
window.addEventListener("online", async () => { known = await lists(statement, noble); tellOfLists(); });
tellOfLists();
$("scan").hidden = false;
document.documentElement.dataset.ready = "yes";
if ("serviceWorker" in navigator) navigator.serviceWorker.register(place.worker, { scope: place.scope });
