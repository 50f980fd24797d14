// ---- the words: what the page says, and the one place where a verdict is made -----------------------

const NOT_CHECKED = [
  "whether each person held the role that they signed in, whether these roles and people were enough, who was " +
    "excluded, and what had expired: `cognify verify` judges these by the policy",
  "whether the values in the card are the ones that its evidence gives: `cognify verify` replays every citation",
  "whether the card states the tier that was proposed, and the thresholds that were registered before",
  "witnesses, trusted timestamps and freshness, if the policy asks for them",
  "the inventory’s own settings, `cognify.yaml`",
  "whether the pages in the package say what its record says: read them beside it",
  "when anything happened: the dates in statements are the signers’ own",
  "whether this is the newest state: only an earlier receipt or package, or a witness, can tell",
];
const INSECURE =
  "This page was loaded over a connection that anyone can alter, so the browser withholds its cryptography. " +
  "Save the page and open it from your disk, or load it over https.";
const OLD_BROWSER =
  "This browser cannot check Ed25519 signatures. Use a newer one (Chrome 137, Firefox 129 or Safari 17, or later), " +
  "or `verify.py`, or `cognify verify`.";
const BROKEN =
  "This package was changed, or was never whole. Do not rely on it: ask whoever gave it to you for another copy, " +
  "and compare the two.";
const UNSURE =
  "Neither a yes nor a no: something that is needed is missing here, or this page does not know it. " +
  "Use `cognify verify`.";
const NO_DIGEST = "What you gave as the genesis digest is not 64 hexadecimal digits, so it cannot be compared.";
const VERIFIED =
  "Everything that this page checks holds, and the package is of the inventory whose genesis digest you gave.";
const TOGETHER =
  "Everything that this page checks holds. Whether it is the inventory that you were told about, only its genesis " +
  "digest can tell: compare it below.";
const OUR_BUG =
  "This page itself failed: our bug, and no verdict. Please send the text below to the makers of Cognify.";

/** What a reader typed for the genesis: nothing, a digest, or something that is none. */
function givenGenesis(value) {
  const typed = value.replace(/\s/g, "").toLowerCase().replace(/^sha256:/, "");
  return { typed, wellFormed: /^[0-9a-f]{64}$/.test(typed) };
}

/** *pass* only where every step passed, nothing was found, and what was given for the genesis is the genesis. */
function verdictOf(x, { typed, wellFormed }) {
  const faults = x.findings.filter((fault) => !fault.cannot);
  const cannot = (sentence) => ({ is: "cannot", word: "Cannot verify", tone: "unsure", faults, sentence });
  if (wellFormed && x.genesis && typed !== x.genesis) {
    const what = "not the genesis digest that you gave: this is another inventory";
    faults.push(new Fault("genesis-mismatch", "genesis", what));
  }
  if (faults.length) return { is: "fail", word: "Does not hold", tone: "broken", faults, sentence: BROKEN };
  const whole = x.steps.length === STEPS.length && x.steps.every((step) => step.state === "passed");
  if (!whole || x.findings.length) return cannot(UNSURE);
  if (typed && !wellFormed) return cannot(NO_DIGEST);
  if (typed && typed === x.genesis) return { is: "pass", word: "Verified", tone: "sealed", faults, sentence: VERIFIED };
  return { is: "pass", word: "Holds together", tone: "proposed", faults, sentence: TOGETHER };
}

/** The result as plain text, to keep or to send. */
function reportOf(x, verdict, facts, given) {
  const line = (word) => (fault) => `${word} ${fault.id} ${fault.where}: ${fault.message}`;
  return [
    `${verdict.word.toUpperCase()}. ${verdict.sentence}`,
    ...verdict.faults.map(line("FAULT")),
    ...x.findings.filter((fault) => fault.cannot).map(line("CANNOT")),
    ...x.steps.map((step, at) => `${at + 1} ${step.state}: ${step.title}${step.detail && `: ${step.detail}`}`),
    ...facts.map(([name, value]) => `${name}: ${value}`),
    `genesis given: ${given.typed || "none"}`,
    ...x.warnings,
  ].join("\n");
}
