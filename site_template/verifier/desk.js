// ---- the page: what the reader chooses, what they see. Foreign text only ever becomes text nodes ----

const KINDS_SAID = {
  "record.propose": "proposed it", "signoff.approve": "approved it", "signoff.reject": "rejected it",
  "signoff.withdraw": "withdrew a sign-off",
};
const NOT_CHECKED = [
  "whether each person held the role that they signed in, whether these roles and people were enough, who was excluded, and what had expired: `cognify verify` judges these by the policy",
  "whether the values in the card are the ones that its evidence gives: `cognify verify` replays every citation",
  "witnesses, trusted timestamps and freshness, if the policy asks for them",
  "the inventory’s own settings, `cognify.yaml`",
  "whether the pages in the package say what its record says: read them beside it",
  "when anything happened: the dates in statements are the signers’ own",
  "whether this is the newest state: only an earlier receipt or package, or a witness, can tell",
];
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
  element.append(...children.map((child) => (typeof child === "string" ? inert(child) : child)));
  return element;
}

const ACTING = new RegExp(`[${CONTROLS}\\r${INVISIBLE}]`, "gu");
const inert = (said) => said.replace(ACTING, (found) => `⟨U+${found.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
const fill = (id, ...children) => at(id).replaceChildren(...children.map((c) => (typeof c === "string" ? inert(c) : c)));
/** Our own words, where a command stands between backticks. */
const prose = (said) => said.split("`").map((part, at) => (at % 2 ? make("code", "", part) : part));
const show = (id, visible) => {
  at(id).hidden = !visible;
};

function size(count) {
  const [unit, by] = count < 1000 ? ["bytes", 1] : count < 1e6 ? ["kB", 1e3] : count < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return by === 1 ? `${count} bytes` : `${(count / by).toFixed(1)} ${unit}`;
}

/** What keeps this browser from verifying anything, or nothing: a known signature must hold, a changed one must not. */
async function browserLacks() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    return "This page was loaded over a connection that anyone can alter, so the browser withholds its cryptography. Save the page and open it from your disk, or load it over https.";
  }
  try {
    const [point, message, signature] = [KNOWN.point, KNOWN.message, KNOWN.signature].map(unbase64);
    const right = await ed25519Holds(point, signature, message);
    const wrong = await ed25519Holds(point, signature, joined(message, [0]));
    if (right === true && wrong === false) return "";
  } catch {
    // The sentence below says it.
  }
  return "This browser cannot check Ed25519 signatures. Use a newer one (Chrome 137, Firefox 129 or Safari 17, or later), or verify.py, or `cognify verify`.";
}

/** What the reader typed for the genesis: nothing, a digest, or something that is none. */
function givenGenesis() {
  const typed = at("given").value.replace(/\s/g, "").toLowerCase().replace(/^sha256:/, "");
  return { typed, wellFormed: /^[0-9a-f]{64}$/.test(typed) };
}

const TONES = { pass: "sealed", together: "proposed", fail: "broken", cannot: "unsure", running: "past" };

/** The one place where a verdict is made. It is *pass* only where every step passed and nothing was found. */
function verdictOf(x) {
  const { typed, wellFormed } = givenGenesis();
  const faults = x.findings.filter((fault) => !fault.cannot);
  if (typed && wellFormed && x.genesis && typed !== x.genesis) {
    faults.push(new Fault("genesis-mismatch", "genesis", "not the genesis digest that you gave: this is another inventory"));
  }
  if (faults.length) {
    return { is: "fail", word: "Does not hold", faults, sentence: "This package was changed, or was never whole. Do not rely on it: ask whoever gave it to you for another copy, and compare the two." };
  }
  const whole = x.steps.length === STEPS.length && x.steps.every((step) => step.state === "passed");
  if (!whole || x.findings.length) {
    return { is: "cannot", word: "Cannot verify", faults, sentence: "Neither a yes nor a no: something that is needed is missing here, or this page does not know it. Use `cognify verify`." };
  }
  if (typed && !wellFormed) {
    return { is: "cannot", word: "Cannot verify", faults, sentence: "What you gave as the genesis digest is not 64 hexadecimal digits, so it cannot be compared." };
  }
  if (typed) {
    return { is: "pass", word: "Verified", faults, sentence: "Everything that this page checks holds, and the package is of the inventory whose genesis digest you gave." };
  }
  return { is: "pass", tone: "together", word: "Holds together", faults, sentence: "Everything that this page checks holds. Whether it is the inventory that you were told about, only its genesis digest can tell: compare it below." };
}

function showVerdict({ is, tone, word, sentence }) {
  document.documentElement.dataset.verdict = is;
  at("verdict").className = `cg-banner cg-${TONES[tone ?? is]}`;
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

function fact(name, value, ...more) {
  const code = make("code", "cg-hash", value);
  code.dataset.fact = name;
  return make("div", "", make("dt", "", name), make("dd", "", code, ...more));
}

/** Three fingerprints, and who said what: shown as found, with the verdict above them. */
function showFacts(x) {
  const facts = [];
  if (x.genesis) facts.push(fact("Genesis digest", x.genesis));
  if (x.verifier) facts.push(fact("Log key", `${x.verifier.name}+${x.verifier.keyHash}`));
  if (x.checkpoint) facts.push(fact("Log root", x.checkpoint.root, make("span", "cg-by", ` over ${x.checkpoint.size} leaves`)));
  if (x.recordDigest) facts.push(fact("Record digest", x.recordDigest));
  fill("facts", ...facts);
  show("fingerprints", facts.length > 0);
  fill("subject", x.described ? `${x.described.model} ${x.described.version}` : "");
  show("subject", Boolean(x.described));
  fill("warnings", ...x.warnings.map((said) => make("p", "cg-warn", said)));
  fill("trail", ...x.trail.map((each) => make("tr", each.withdrawn ? "cg-gone" : "",
    make("th", "", each.said.person), make("td", "", each.said.role),
    make("td", "", KINDS_SAID[each.kind] ?? each.kind, each.withdrawn ? ", and withdrew that" : ""),
    make("td", "", each.over ? "these bytes" : each.kind === "signoff.withdraw" ? "–" : "other bytes"),
    make("td", "cg-n", String(each.leaf.seq + 1)),
    make("td", "cg-wide", make("code", "cg-hash", each.key ?? "not verified")))));
  show("signed", x.trail.length > 0);
  const others = new Set((x.leaves ?? []).map((leaf) => leaf.record)).size - 2;
  const left = others > 0 ? [`anything about ${others} other record${others > 1 ? "s" : ""} of the same log, which a package leaves out`] : [];
  const unproven = givenGenesis().typed ? [] : ["that this is the inventory that you were told about: you gave no genesis digest"];
  fill("unchecked", ...[...unproven, ...NOT_CHECKED, ...left, ...x.unjudged].map((said) => make("li", "", ...prose(said))));
}

function report(x, verdict) {
  const lines = [
    `verify.html of Cognify ${document.documentElement.dataset.version}: ${verdict.word.toUpperCase()}`, verdict.sentence,
    ...verdict.faults.map((fault) => `FAULT ${fault.id} ${fault.where}: ${fault.message}`),
    ...x.findings.filter((fault) => fault.cannot).map((fault) => `CANNOT ${fault.id} ${fault.where}: ${fault.message}`),
    ...x.steps.map((step, number) => `${number + 1} ${step.state}: ${step.title}${step.detail ? `: ${step.detail}` : ""}`),
    ...[...at("facts").querySelectorAll("code")].map((code) => `${code.dataset.fact}: ${code.textContent}`),
    `genesis given: ${givenGenesis().typed || "none"}`, ...x.warnings, `browser: ${navigator.userAgent}`,
  ];
  at("report").value = inert(lines.join("\n"));
}

let present = null;

function render() {
  if (!present?.finished) return;
  const verdict = verdictOf(present);
  showVerdict(verdict);
  showFindings(present, verdict);
  showSteps(present);
  showFacts(present);
  report(present, verdict);
}

/** A fault of this page itself: never a pass, and something to paste for whoever mends it. */
function crashed(x, error) {
  showVerdict({ is: "cannot", word: "Cannot verify", sentence: "This page itself failed: our bug, and no verdict. Please send the text below to the makers of Cognify." });
  const step = x?.steps.at(-1)?.title ?? "start";
  const said = `${error?.name}: ${error?.message}\n${error?.stack ?? ""}`.slice(0, 4000);
  at("report").value = inert(`verify.html of Cognify ${document.documentElement.dataset.version}: a bug in step “${step}”\n${said}\n${navigator.userAgent}`);
  at("full").open = true;
  show("result", true);
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
  showVerdict({ is: "running", word: "Checking", sentence: `${name}: nothing is said before every step is done.` });
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
const chooseFolder = (files) => files.length && begin(async () => openFolder([...files]), files[0].webkitRelativePath.split("/")[0]);

function dropped(event) {
  event.preventDefault();
  at("drop").classList.remove("cg-over");
  const folder = [...event.dataTransfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
  if (folder) fill("hint", "That is a folder: choose it with the second button.");
  else choose(event.dataTransfer.files);
}

async function start() {
  const lacks = await browserLacks();
  if (lacks) return showVerdict({ is: "cannot", word: "Cannot verify", sentence: lacks });
  for (const [id, take] of [["zip", choose], ["folder", chooseFolder]]) {
    at(id).addEventListener("change", () => {
      take([...at(id).files]);
      at(id).value = "";
    });
  }
  at("given").addEventListener("input", render);
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
