// ---- the page: what the reader chooses, what they see. Foreign text only ever becomes text nodes ----

const KINDS_SAID = {
  "plan.register": "registered thresholds", "run.record": "signed the record of a run",
  "monitor.report": "reported on its use",
  "record.propose": "proposed it", "signoff.approve": "approved it", "signoff.reject": "rejected it",
  "signoff.withdraw": "withdrew a sign-off", "finding.explain": "explained",
  amend: "amended it", supersede: "superseded it",
  "model.withdraw": "withdrew it from use",
};
// What is stated over exact bytes, so that a reader wants to know over which.
const APPLIES = /^(record\.propose|signoff\.approve|signoff\.reject)$/;
// RFC 8032 section 7.1, test 2.
const KNOWN = {
  point: "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
  message: "cg==",
  signature: "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==",
};

const at = (id) => document.getElementById(id);

/** An element with *children*; text is always a text node, with what would act instead of show spelt out. */
function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...nodes(children));
  return element;
}

const ACTING = new RegExp(`[${CONTROLS}\\r${INVISIBLE}]`, "gu");
const spelt = (found) => `⟨U+${found.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
const inert = (said) => said.replace(ACTING, spelt);
const nodes = (children) => children.map((child) => (typeof child === "string" ? inert(child) : child));
const fill = (id, ...children) => at(id).replaceChildren(...nodes(children));
const show = (id, visible) => {
  at(id).hidden = !visible;
};
/** Our own words, where a command stands between backticks. */
const prose = (said) => said.split("`").map((part, at) => (at % 2 ? make("code", "", part) : part));

function size(count) {
  const [unit, by] = count < 1000 ? ["bytes", 1] : count < 1e6 ? ["kB", 1e3] : count < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return by === 1 ? `${count} bytes` : `${(count / by).toFixed(1)} ${unit}`;
}

/** What keeps this browser from verifying, if anything: a known signature must hold, a changed one must not. */
async function browserLacks() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    return INSECURE;
  }
  try {
    const [point, message, signature] = [KNOWN.point, KNOWN.message, KNOWN.signature].map(unbase64);
    const right = await ed25519Holds(point, signature, message);
    const wrong = await ed25519Holds(point, signature, joined(message, [0]));
    if (right === true && wrong === false) return "";
  } catch {
    // What is returned below says it.
  }
  return OLD_BROWSER;
}

function showVerdict({ is, tone = "unsure", word = "Cannot verify", sentence }) {
  document.documentElement.dataset.verdict = is;
  at("verdict").className = `cg-banner cg-${tone}`;
  fill("word", word);
  fill("sentence", ...prose(sentence));
  show("verdict", true);
}

function showFindings(x, verdict) {
  const all = [...verdict.faults, ...x.findings.filter((fault) => fault.cannot)];
  fill("findings", ...all.map((fault) => {
    const item = make("li", `cg-finding ${fault.cannot ? "cg-warning" : "cg-error"}`,
      make("p", "", make("code", "cg-fault-id", fault.id), " ", ...prose(fault.message)),
      ...(fault.where ? [make("p", "cg-small", make("code", "", fault.where))] : []));
    item.dataset.finding = fault.id;
    return item;
  }));
  show("found", all.length > 0);
}

const TICKS = { running: "…", passed: "✓", failed: "✗", unsure: "?", skipped: "–" };

function showSteps(x) {
  fill("steps", ...STEPS.map((step, number) => {
    const { state = "waiting", detail = "" } = x.steps[number] ?? {};
    const tick = make("span", "cg-tick", TICKS[state] ?? " ");
    tick.setAttribute("aria-label", state);
    tick.setAttribute("role", "img");
    const said = make("span", "", step.title, ...(detail ? [make("span", "cg-detail", detail)] : []));
    return make("li", `cg-${state}`, tick, make("b", "", String(number + 1)), said);
  }));
}

/** The fingerprints by which people compare what they hold. */
function factsOf(x) {
  const found = [];
  if (x.genesis) found.push(["Genesis digest", x.genesis]);
  if (x.verifier) found.push(["Log key", `${x.verifier.name}+${x.verifier.keyHash}`]);
  if (x.checkpoint) found.push(["Log root", x.checkpoint.root, ` over ${x.checkpoint.size} leaves`]);
  if (x.recordDigest) found.push(["Record digest", x.recordDigest]);
  return found;
}

function showFacts(x) {
  const facts = factsOf(x);
  fill("facts", ...facts.map(([name, value, more = ""]) => {
    const code = make("code", "cg-hash", value);
    code.dataset.fact = name;
    return make("div", "", make("dt", "", name), make("dd", "", code, make("span", "cg-by", more)));
  }));
  show("fingerprints", facts.length > 0);
  fill("subject", x.described ? `${x.described.model} ${x.described.version}` : "");
  show("subject", Boolean(x.described));
  fill("warnings", ...x.warnings.map((said) => make("p", "cg-warn", said)));
}

/** Who said what about the record, in the order of the log. */
function showTrail(x) {
  fill("trail", ...x.trail.map((each) => {
    const over = !APPLIES.test(each.kind) ? "–" : each.over ? "these bytes" : "other bytes";
    const said = (KINDS_SAID[each.kind] ?? each.kind) + (each.withdrawn ? ", and withdrew that" : "");
    const person = make("th", "", each.said.person);
    person.scope = "row";
    const cells = [each.said.role, said, over].map((words) => make("td", "", words));
    const leaf = make("td", "cg-n", `${each.leaf.seq + 1}`);
    const key = make("td", "cg-wide", make("code", "cg-hash", each.key ?? "not verified"));
    return make("tr", each.withdrawn ? "cg-gone" : "", person, ...cells, leaf, key);
  }));
  show("signed", x.trail.length > 0);
}

function showUnchecked(x, given) {
  const records = new Set((x.leaves ?? []).map((leaf) => leaf.record));
  const others = [...records].filter((record) => ![x.described?.record, "inventory"].includes(record)).length;
  const said = [...NOT_CHECKED, ...x.unjudged];
  if (!given.typed) said.unshift("that this is the inventory that you were told about: you gave no genesis digest");
  if (others) said.push(`anything about other records of the same log (${others}), which a package leaves out`);
  fill("unchecked", ...said.map((each) => make("li", "", ...prose(each))));
}

/** Text to keep or to send: which page of which release said it, in which browser. */
function report(said) {
  const name = `verify.html of Cognify ${document.documentElement.dataset.version}`;
  at("report").value = inert(`${name}: ${said}\nbrowser: ${navigator.userAgent}`);
}

let present = null;

function render() {
  const given = givenGenesis(at("given").value);
  const verdict = verdictOf(present, given);
  showVerdict(verdict);
  showFindings(present, verdict);
  showSteps(present);
  showFacts(present);
  showTrail(present);
  showUnchecked(present, given);
  report(reportOf(present, verdict, factsOf(present), given));
}

/** A fault of this page itself: never a pass, and something to paste for whoever mends it. */
function crashed(x, error) {
  showVerdict({ is: "cannot", sentence: OUR_BUG });
  const step = x?.steps.at(-1)?.title ?? "start";
  const trace = `${error?.name}: ${error?.message}\n${error?.stack ?? ""}`.slice(0, 4000);
  report(`a bug in step “${step}”\n${trace}`);
  at("full").open = true;
  show("result", true);
}

/** The verdict again, when the reader typed a genesis digest. */
function again() {
  try {
    if (present?.finished) render();
  } catch (error) {
    crashed(present, error);
  }
}

/** Examine what *open* gives; a newer choice makes an older examination void. */
async function begin(open, name) {
  const bar = at("bar");
  let number = 0;
  let shown = 0;
  const x = new Examination(open, (fraction) => {
    if (present === x && performance.now() - shown > 60) {
      shown = performance.now();
      bar.value = (number + Math.min(fraction, 1)) / STEPS.length;
    }
  });
  present = x;
  for (const id of ["found", "fingerprints", "signed", "subject"]) show(id, false);
  fill("warnings");
  fill("findings");
  show("result", true);
  show("progress", true);
  const sentence = `${name}: nothing is said before every step is done.`;
  showVerdict({ is: "running", tone: "past", word: "Checking", sentence });
  try {
    await examine(x, (state) => {
      if (present !== x) return;
      number = x.steps.length - 1;
      bar.value = number / STEPS.length;
      fill("now", `Step ${number + 1} of ${STEPS.length}: ${state.title}`);
      showSteps(x);
    });
    x.finished = true;
    if (present === x) render();
  } catch (error) {
    if (present === x) crashed(x, error);
  }
  if (present !== x) return;
  show("progress", false);
  at("verdict").focus();
}

const choose = (files) => files.length && begin(async () => openZip(files[0]), files[0].name);
const topOf = (file) => file.webkitRelativePath.split("/")[0];
const chooseFolder = (files) => files.length && begin(async () => openFolder([...files]), topOf(files[0]));

function dropped(event) {
  event.preventDefault();
  at("drop").classList.remove("cg-over");
  const folder = [...event.dataTransfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
  if (folder) fill("hint", "That is a folder: choose it with the second button.");
  else choose(event.dataTransfer.files);
}

async function start() {
  const lacks = await browserLacks();
  if (lacks) return showVerdict({ is: "cannot", sentence: lacks });
  for (const [id, take] of [["zip", choose], ["folder", chooseFolder]]) {
    at(id).addEventListener("change", () => {
      take([...at(id).files]);
      at(id).value = "";
    });
  }
  at("given").addEventListener("input", again);
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      at("drop").classList.add("cg-over");
    });
  }
  document.addEventListener("dragleave", (event) => !event.relatedTarget && at("drop").classList.remove("cg-over"));
  document.addEventListener("drop", dropped);
  document.documentElement.dataset.verdict = "none";
  show("verdict", false);
  show("drop", true);
  show("trust", true);
  return undefined;
}

start().catch((error) => crashed(null, error));
