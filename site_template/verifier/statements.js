// ---- statements: what a person, or the log's automation, said ------------------------------------

const MAX_STATEMENT = 256 * 1024;
const PREDICATE = "https://cognify.dev/predicate/";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const like = (pattern, most = Infinity) => (value) =>
  typeof value === "string" && pattern.test(value) && [...value].length <= most;
const text = like(/\S/, 8000);
const whole = (least, most = Number.MAX_SAFE_INTEGER) => (value) =>
  Number.isInteger(value) && value >= least && value <= most;
const among = (...words) => (value) => words.includes(value);
const list = (item, least = 0, most = Infinity) => (value) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(item);
const set = (item, least = 0, most = Infinity) => (value) =>
  list(item, least, most)(value) && new Set(value.map(canonical)).size === value.length;
const object = (required, optional = {}) => (value) =>
  isObject(value) && Object.keys(required).every((key) => Object.hasOwn(value, key)) &&
  Object.keys(value).every((key) => (required[key] ?? optional[key])?.(value[key]) === true);

/** A day, or a time of it, that exists: a pattern alone lets the 30th of February through. */
const calendar = (pattern) => (value) => {
  if (!like(pattern)(value)) return false;
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10));
};

const SHA256 = like(/^[0-9a-f]{64}$/);
const ID = like(new RegExp(`^${UUID}$`));
const NAME = like(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const PERSON = like(/^[a-z0-9][a-z0-9._-]{0,63}$/);
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$/;
const ENVELOPE = {
  kind: text, inventory: ID, meaning: text, stated_at: calendar(TIME),
  policy: object({ version: whole(1, 9999), sha256: SHA256 }),
  after: object({ origin: like(ORIGIN, 256), size: whole(0), root: like(/^[A-Za-z0-9+/]{43}=$/) }),
};
const OPTIONAL = {
  parents: set(SHA256, 0, 1024), comment: text, conditions: list(text, 1, 64),
  expires: calendar(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
};
const SIGNED_WITH = like(/^(SHA256:[A-Za-z0-9+/]{43}|.+ \(https:\/\/[^\s]+\))$/, 1024);
const PERSONAL = { ...ENVELOPE, person: PERSON, role: like(/^[a-z][a-z0-9-]{0,63}$/), signer: SIGNED_WITH };
const ABOUT_VERSION = { ...PERSONAL, model: NAME, version: NAME, record: ID };
const PART = object({ person: PERSON, part: among("author", "trainer", "evidence-author") });
const SHORT = like(/\S/, 256);
const DAY = like(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 10);
const THRESHOLD = object(
  {
    metric: SHORT, comparator: among("at_least", "at_most", "above", "below"),
    value: like(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+][0-9]+)?$/, 64),
  },
  { dataset: SHORT, slice: SHORT },
);
const HEADS = set(SHA256, 1);
const TRUST = (value) =>
  isObject(value) && Object.values(value).every(SHA256) && Object.keys(value).every(like(/^trust\//, 1024));
/** The kinds that this version knows, and what each must hold; any other is never waved through. */
const KINDS = {
  genesis: { ...PERSONAL, trust: TRUST },
  "record.propose": { ...ABOUT_VERSION, tier: among("low", "medium", "high"), contributors: set(PART, 1) },
  "plan.register": { ...ABOUT_VERSION, thresholds: list(THRESHOLD, 1, 256) },
  "run.record": { ...ABOUT_VERSION, run: SHORT },
  "signoff.approve": ABOUT_VERSION,
  "signoff.reject": ABOUT_VERSION,
  "signoff.withdraw": ABOUT_VERSION,
  "finding.explain": {
    ...ABOUT_VERSION, explanation: text,
    finding: object({ id: like(/^[a-z0-9]+(-[a-z0-9]+)*$/, 64), where: text }),
  },
  amend: { ...ABOUT_VERSION, amendments: list(object({ at: like(/^(\/([^~\/]|~[01])*)+$/, 1024), text }), 1) },
  "monitor.report": { ...ABOUT_VERSION, outcome: among("within", "warning", "breach"), from: DAY, to: DAY },
  supersede: { ...ABOUT_VERSION, by: object({ model: NAME, version: NAME, record: ID }) },
  "model.withdraw": { ...ABOUT_VERSION, reason: text },
  seal: {
    ...ENVELOPE, commit: like(/^([0-9a-f]{40}|[0-9a-f]{64})$/), from: whole(0), through: whole(0),
    tree: object({ sha256: SHA256, entries: whole(0) }),
    sealed: list(object({ record: ID, digest: SHA256, heads: HEADS })),
  },
};
/** What ends a run of the sequencer, and so begins the next. */
const CLAIMS = ["seal", "heartbeat"];
const AUTOMATION = ["seal", "heartbeat", "control.snapshot"];

const TYPE = among("https://in-toto.io/Statement/v1");
const TOP = object({ _type: TYPE, predicate: isObject, predicateType: text, subject: Array.isArray });
const PLACE = /^[^/\\\x00-\x1f]+(\/[^/\\\x00-\x1f]+)*$/;
const SUBJECT = object({ name: like(PLACE, 1024), digest: object({ sha256: SHA256 }) });
const MANIFESTS = /^models\/[A-Za-z0-9._-]{1,64}\/[A-Za-z0-9._-]{1,64}\/MANIFEST\.sha256$/;
const ABOUT = {
  genesis: /^policy\/0001\.yaml$/, seal: PLACE,
  "plan.register": /^models\/[A-Za-z0-9._-]{1,64}\/[A-Za-z0-9._-]{1,64}\/thresholds$/,
  "run.record": /^models\/[A-Za-z0-9._-]{1,64}\/[A-Za-z0-9._-]{1,64}\/evidence\/.+$/,
  "monitor.report":
    /^monitoring\/[A-Za-z0-9._-]{1,64}\/[A-Za-z0-9._-]{1,64}\/\d{4}-\d{2}-\d{2}-[0-9a-f]{8}\/MANIFEST\.sha256$/,
};
/** What a statement about a version names in the version's folder: its manifest, unless it is of these kinds. */
const NAMES = {
  "plan.register": /^thresholds$/, "run.record": /^evidence\/.+$/s,
  "monitor.report": /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}\/MANIFEST\.sha256$/,
};

/** The statement that *bytes* are (in-toto Statement v1, one subject), if canonical and complete. */
function parseStatement(bytes, where) {
  const data = parseCanonical(bytes, where, MAX_STATEMENT);
  const malformed = (what) => new Fault("statement-schema", where, what);
  const subjects = isObject(data) && Array.isArray(data.subject) ? data.subject : [];
  for (const { digest } of subjects.filter(isObject)) {
    // in-toto lets a digest set match if any digest does; here sha256 is the one that counts.
    if (!isObject(digest)) continue;
    if (Object.keys(digest).join() !== "sha256") throw new Fault("digest-algo", where, "a digest by another algorithm");
    if (!SHA256(digest.sha256)) throw new Fault("digest-format", where, "a sha256 that is not 64 lower-case digits");
  }
  if (!TOP(data) || subjects.length !== 1 || !SUBJECT(subjects[0])) throw malformed("not a statement with one subject");
  const { kind } = data.predicate;
  if (typeof kind !== "string" || data.predicateType !== `${PREDICATE}${kind}/v1`) {
    throw malformed("two kinds in one statement");
  }
  if (!Object.hasOwn(KINDS, kind)) {
    throw new Fault("kind-not-judged", where, "a statement of a kind that this page does not know", true);
  }
  const fits = object(KINDS[kind], OPTIONAL)(data.predicate) && (ABOUT[kind] ?? MANIFESTS).test(subjects[0].name);
  if (!fits) throw malformed(`not a statement of the kind ${kind}`);
  return { kind, subject: subjects[0].name, digest: subjects[0].digest.sha256, said: data.predicate };
}

/** Whether *path*, in the inventory, is where a statement lies; its signature files are none. */
function isStatement(path) {
  return /^(statements|models\/[^/]+\/[^/]+\/statements)\/[^/]+\.json$/.test(path) && !path.endsWith(".sigstore.json");
}

/** The file name that a statement's own content gives. */
const fileName = (kind, person, sha) => `${kind}.${person}.${sha.slice(0, 8)}.json`;

/** Path to digest of what `sha256sum -c` would check, sorted by path bytes. */
function parseManifest(bytes, where) {
  const said = bytes.length <= 16 * MIB ? utf8(bytes) : null;
  const odd = new Fault("manifest-syntax", where, "not what `sha256sum -c` reads, sorted by path");
  if (said === null || (said && !said.endsWith("\n"))) throw odd;
  const listed = new Map();
  for (const line of said.split("\n").slice(0, -1)) {
    if (line.startsWith("\\")) throw new Fault("manifest-path", where, "an escaped path");
    const match = /^([0-9a-f]{64}) {2}(.+)$/s.exec(line);
    if (!match || listed.has(match[2])) throw odd;
    if (!safePath(match[2])) throw new Fault("manifest-path", where, "a path that may not stand in a manifest");
    listed.set(match[2], match[1]);
  }
  if (new Set([...listed.keys()].map(fold)).size !== listed.size) {
    throw new Fault("manifest-path", where, "two paths that differ in case only");
  }
  const paths = [...listed.keys()];
  if (paths.some((path, at) => at > 0 && byCodePoint(paths[at - 1], path) >= 0)) throw odd;
  return listed;
}

const SIGNER = new RegExp(
  '^([a-z0-9][a-z0-9._-]{0,63}) namespaces="([a-z0-9.,@]+)" ([a-z0-9@.-]+ ([A-Za-z0-9+/]+={0,2}))(?: .*)?$',
);

/**
 * Whose key is whose: key in base64 to person and namespaces, from `trust/allowed_signers`.
 *
 * The genesis binds this file by digest, so no policy has to be read for it. A later policy binds a file
 * of its own; whether it is in force is a question of its quorum, which this page does not judge.
 */
function parseSigners(bytes, policy) {
  const where = "trust/allowed_signers";
  const odd = (what) => new Fault("trust-changed", where, what);
  const lines = (utf8(bytes) ?? "").split("\n");
  if (lines.pop() !== "" || lines.shift() !== "# generated from policy/0001.yaml; for ssh-keygen -Y verify") {
    throw odd("not what Cognify generates from the first policy");
  }
  const ruled = latin1(policy);
  const signers = new Map();
  for (const line of lines) {
    const match = SIGNER.exec(line);
    if (!match) throw odd("a line that Cognify would not write");
    const [, person, namespaces, key, blob] = match;
    if (!ruled.includes(key)) throw odd(`it holds a key of ${person} that the policy does not name`);
    if ((signers.get(blob)?.person ?? person) !== person) {
      throw new Fault("policy-schema", where, "one key of two people");
    }
    signers.set(blob, { person, namespaces: namespaces.split(",") });
  }
  return signers;
}
