// ---- the procedure: nine steps, each of which may only add findings ------------------------------

const VKEY = "trust/log.vkey";
const SIGNERS = "trust/allowed_signers";
const POLICY = "policy/0001.yaml";
const KEPT = /^log\/checkpoints\/([1-9][0-9]{0,14})\.note$/;
const LOG_PATH = /^log\/(leaves|checkpoint|checkpoints\/[1-9][0-9]{0,14}\.(note|tsr)|statements\/[a-z][a-z0-9._-]{0,120}\.json)$/;

/** One examination: what was found, and what later steps stand on. */
class Examination {
  /**
   * @param {() => Promise<Package>} open gives the package that the reader chose
   * @param {(fraction: number) => void} tick told how far the present step is
   */
  constructor(open, tick) {
    Object.assign(this, { open, tick, findings: [], steps: [], done: new Set(), trail: [], warnings: [], unjudged: [] });
  }

  fault(id, where, what, cannot = false) {
    this.findings.push(new Fault(id, where, what, cannot));
  }

  /** Run *judge*; a fault that it throws is noted, and nothing else is swallowed. */
  async caught(judge, where = "") {
    try {
      return await judge();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      error.where ||= where;
      this.findings.push(error);
      return null;
    }
  }

  /** A file of the inventory. */
  record(path) {
    return this.package.read(INVENTORY + path);
  }

  digest(path) {
    return this.package.digests.get(INVENTORY + path);
  }

  /** Paths of the inventory that begin with *under*. */
  paths(under) {
    return this.package.paths(INVENTORY + under).map((path) => path.slice(INVENTORY.length));
  }
}

// 1. The archive: names, sizes, and nothing hidden between its parts.
async function stepArchive(x) {
  x.package = await x.open();
  return `${x.package.members.size} files, ${size(x.package.total)}`;
}

// 2. CHECKSUMS.sha256 names every other file, and each has the digest that it names.
async function stepChecksums(x) {
  const { package: files } = x;
  if (!files.has(CHECKSUMS)) throw new Fault("pkg-checksum", CHECKSUMS, "the list of checksums is gone");
  const raw = await files.load(CHECKSUMS);
  const listed = new Map();
  for (const line of (utf8(raw) ?? "").split("\n").slice(0, -1)) listed.set(line.slice(66), line.slice(0, 64));
  const here = files.paths().filter((path) => path !== CHECKSUMS);
  const gone = [...listed.keys()].filter((path) => path === CHECKSUMS || !files.has(path));
  const odd = [...here.filter((path) => !listed.has(path)), ...gone];
  if (odd.length) throw new Fault("pkg-checksum", odd[0], "listed and not there, or there and not listed");
  let done = 0;
  for (const path of here) {
    const bytes = await files.load(path);
    const digest = await digestOf(bytes);
    if (digest !== listed.get(path)) throw new Fault("pkg-checksum", path, "not the bytes whose checksum is listed");
    files.digests.set(path, digest);
    done += bytes.length;
    x.tick(done / Math.max(files.total, 1));
  }
  const right = here.map((path) => `${files.digests.get(path)}  ${path}\n`).join("");
  if (utf8(raw) !== right) throw new Fault("pkg-checksum", CHECKSUMS, "not the list that `cognify package` writes");
  x.described = await describe(files);
  return `${here.length} files, each with its checksum`;
}

/** What the package says it is about; step 9 holds it against what is there. */
async function describe(files) {
  try {
    const data = parsePretty(await files.read(DESCRIPTION), DESCRIPTION);
    if (!isObject(data) || !ID(data.record) || !NAME(data.model) || !NAME(data.version)) throw damaged("it does not say what the package is about", DESCRIPTION);
    if (data.package !== 1) throw new Fault("pkg-description", DESCRIPTION, "a package of a newer form: use a newer page", true);
    return data;
  } catch (error) {
    if (error instanceof Fault && /^json|^not-|^bidi|^record-missing/.test(error.id)) throw damaged(error.message, DESCRIPTION);
    throw error;
  }
}

// 3. The log: one chain of leaves, none malformed, none twice, and no file that it does not know.
async function stepLog(x) {
  if (!x.package.has("log/leaves")) throw new Fault("log-missing", "log/leaves", "the package holds no log", true);
  const { leaves, tree } = await readLeaves(await x.package.read("log/leaves"), x.tick);
  if (!leaves.length) throw new Fault("log-missing", "log/leaves", "the log holds no leaf, not even the genesis", true);
  Object.assign(x, { leaves, tree, leafOf: new Map(leaves.map((leaf) => [leaf.sha256, leaf])) });
  for (const path of x.package.paths("log/").filter((each) => !LOG_PATH.test(each))) {
    x.fault("unlisted-file", path, "a file that the layout of the log does not know");
  }
  return `${leaves.length} leaves, each naming the digest of the one before`;
}

// 4. The signed root is the root over these leaves, and every checkpoint kept is one of a part of them.
async function stepCheckpoints(x) {
  const verifier = await parseVerifier(await x.record(VKEY), VKEY);
  if (!x.package.has("log/checkpoint")) throw new Fault("checkpoint-missing", "log/checkpoint", "no checkpoint signs the leaves", true);
  const newest = await openNote(await x.package.read("log/checkpoint"), verifier, "log/checkpoint");
  if (newest.size > x.tree.size) {
    throw new Fault("log-truncated", "log/checkpoint", `signed for ${newest.size} leaves; ${x.tree.size} are there`);
  }
  if ((await x.tree.root(newest.size)) !== newest.root) {
    throw new Fault("root-mismatch", "log/checkpoint", "the signed root is not the root over the leaves");
  }
  let kept = 0;
  for (const path of x.package.paths("log/checkpoints/").filter((each) => KEPT.test(each))) {
    const older = await openNote(await x.package.read(path), verifier, path);
    kept += 1;
    if (older.size !== Number(KEPT.exec(path)[1]) || older.size > newest.size) {
      x.fault("rollback", path, `a checkpoint over ${older.size} leaves is kept; the newest says ${newest.size}`);
    } else if ((await x.tree.root(older.size)) !== older.root) {
      x.fault("consistency-failed", path, `the first ${older.size} leaves are not what was signed then`);
    }
  }
  if (newest.size < x.tree.size) {
    x.fault("leaves-unsigned", "log/leaves", "leaves wait for their checkpoint; no package is written of such a log", true);
  }
  Object.assign(x, { checkpoint: newest, verifier });
  return `signed by ${verifier.name}; ${kept} checkpoints kept and consistent`;
}

// 5. The log begins with its genesis, which binds the policy, the log's key and everyone's keys.
async function stepGenesis(x) {
  const found = x.paths("statements/genesis.").filter((path) => path.endsWith(".json"));
  if (found.length !== 1) throw new Fault("genesis-missing", "statements/", `${found.length} genesis statements; one is needed`);
  const genesis = parseStatement(await x.record(found[0]), found[0]);
  if (genesis.kind !== "genesis") throw new Fault("genesis-missing", found[0], `a ${genesis.kind} by the name of a genesis`);
  x.genesis = x.digest(found[0]);
  x.inventory = genesis.said.inventory;
  if (x.leaves && (x.leaves[0].kind !== "genesis" || x.leaves[0].sha256 !== x.genesis)) {
    x.fault("genesis-mismatch", found[0], "the log does not begin with it");
  }
  if (x.paths("policy/").some((path) => path !== POLICY)) {
    x.fault("kind-not-judged", "policy/", "a policy after the first: this page cannot judge it yet, use `cognify verify`", true);
  }
  if (x.digest(POLICY) !== genesis.digest) throw new Fault("sealed-bytes-changed", POLICY, "not the policy that the genesis binds");
  judgeTrust(x, genesis.said.trust);
  x.signers = parseSigners(await x.record(SIGNERS), await x.record(POLICY));
  return `binds policy 1, ${Object.keys(genesis.said.trust).length} trust files, ${x.signers.size} keys`;
}

function judgeTrust(x, bound) {
  for (const path of [VKEY, SIGNERS].filter((each) => !Object.hasOwn(bound, each))) {
    throw new Fault("trust-unbound", path, "the genesis does not bind it, so this page has nothing to hold on to", true);
  }
  for (const [path, digest] of Object.entries(bound)) {
    const here = x.digest(path);
    if (here === undefined) x.fault("trust-file-missing", path, "a file that the genesis binds is gone", true);
    else if (here !== digest) x.fault("trust-changed", path, "not the bytes that the genesis binds");
  }
  for (const path of x.paths("trust/").filter((each) => !Object.hasOwn(bound, each))) {
    x.fault("trust-unbound", path, "a trust file that nothing binds");
  }
}

// 6. Each leaf of this record and of the inventory has its statement, each statement its leaf and its place.
async function stepStatements(x) {
  x.statements = [];
  const inventory = x.paths("").filter(isStatement).map((path) => INVENTORY + path);
  const automation = x.package.paths("log/statements/");
  const here = new Set([...inventory, ...automation].map((path) => x.package.digests.get(path)));
  for (const leaf of x.leaves) {
    if ([x.described.record, "inventory"].includes(leaf.record) && !here.has(leaf.sha256)) {
      x.fault("leaf-file-missing", `log/leaves:${leaf.seq + 1}`, `the statement of this ${leaf.kind} is not there`);
    }
  }
  if (!x.leaves.some((leaf) => leaf.record === x.described.record)) {
    throw new Fault("leaf-file-missing", DESCRIPTION, "the log knows nothing of the record that it names");
  }
  for (const path of [...inventory, ...automation]) {
    await x.caught(() => judgeStatement(x, path, automation.includes(path)), path);
    x.tick(x.statements.length / (inventory.length + automation.length));
  }
  return `${x.statements.length} statements, each canonical, at its place, and in the log`;
}

async function judgeStatement(x, full, automated) {
  const bytes = await x.package.read(full);
  const sha = x.package.digests.get(full);
  const leaf = x.leafOf.get(sha);
  const path = automated ? full : full.slice(INVENTORY.length);
  if (!leaf) x.fault("statement-not-logged", path, "a statement that has no leaf in the log");
  const stated = parseStatement(bytes, path);
  const { kind, said } = stated;
  x.statements.push({ ...stated, bytes, path, leaf, automated, sha256: sha });
  if (automated !== AUTOMATION.includes(kind)) return x.fault("unlisted-file", path, `a ${kind} where none belongs`);
  if (said.inventory !== x.inventory) x.fault("ledger-mismatch", path, "a statement of another inventory");
  if (leaf && (leaf.kind !== kind || leaf.record !== (said.record ?? "inventory") || leaf.size !== bytes.length)) {
    x.fault("leaf-mismatch", path, "its leaf says another kind, record or size");
  }
  if (leaf) await judgeAnchor(x, said.after, leaf, path);
  return automated ? undefined : judgePlace(x, stated, path, sha);
}

/** The checkpoint that a statement embeds is one of this log, from before its own place in it. */
async function judgeAnchor(x, after, leaf, path) {
  const known = after.size <= leaf.seq && (await x.tree.root(after.size)) === after.root;
  if (!known || after.origin !== x.verifier.name) {
    x.fault("anchor-mismatch", path, `it embeds a checkpoint over ${after.size} leaves that this log never had`);
  }
}

function judgePlace(x, { kind, subject, said }, path, sha) {
  const [folder, name] = [path.slice(0, path.lastIndexOf("/") + 1), path.slice(path.lastIndexOf("/") + 1)];
  const about = kind === "genesis" ? "" : `models/${said.model}/${said.version}/`;
  const misplaced = folder !== `${about}statements/` || (about && subject !== `${about}MANIFEST.sha256`);
  if (misplaced) x.fault("subject-mismatch", path, "a statement about something else than what it lies beside");
  if (name !== fileName(kind, said.person, sha)) {
    x.fault("subject-mismatch", path, "its file name is not the one that its content gives");
  }
  if (about && said.record !== x.described.record) x.fault("record-mismatch", path, "it names another record");
  if (said.policy.version !== 1) {
    x.fault("kind-not-judged", path, "it cites a policy after the first: use `cognify verify`", true);
  } else if (said.policy.sha256 !== x.digest(POLICY)) {
    x.fault("policy-mismatch", path, "it cites a policy that is not this inventory's");
  }
}

// 7. Each person's statement is signed, for its purpose alone, by a key of that person.
async function stepSignatures(x) {
  const personal = x.statements.filter((each) => !each.automated);
  for (const [at, stated] of personal.entries()) {
    await x.caught(() => judgeSignature(x, stated), `${stated.path}.sig`);
    x.tick((at + 1) / personal.length);
  }
  return `${personal.length} signatures, each by a key of the person named`;
}

async function judgeSignature(x, stated) {
  const { person } = stated.said;
  if (!x.package.has(`${INVENTORY}${stated.path}.sig`)) throw new Fault("sig-missing", stated.path, "nobody signed it");
  const namespace = `${stated.kind}.v1@cognify.dev`;
  const key = await verifySsh(await x.record(`${stated.path}.sig`), stated.bytes, namespace);
  const signer = x.signers.get(key);
  stated.key = await fingerprint(key);
  if (!signer) throw new Fault("identity-not-a-person", stated.path, `nobody holds the key ${stated.key}`);
  if (signer.person !== person) throw new Fault("identity-mismatch", stated.path, `signed by ${signer.person}, stated for ${person}`);
  if (!signer.namespaces.includes(namespace)) throw new Fault("namespace", stated.path, "a key that is not allowed this purpose");
}

// 8. The record: its manifest, every byte that it lists, nothing beside them, and the evidence by digest.
async function stepRecord(x) {
  const prefix = `models/${x.described.model}/${x.described.version}/`;
  const manifest = `${prefix}MANIFEST.sha256`;
  if (!x.digest(manifest)) throw new Fault("sealed-bytes-changed", manifest, "the manifest is gone");
  const listed = parseManifest(await x.record(manifest), manifest);
  for (const [path, digest] of listed) {
    const here = x.digest(prefix + path);
    if (here !== digest) {
      x.fault("sealed-bytes-changed", prefix + path, here ? "a sealed file was changed" : "a sealed file is gone");
    }
  }
  for (const path of x.paths("models/")) judgeLayout(x, path, prefix, listed);
  for (const path of x.paths("statements/")) if (!isStatement(path)) judgeBeside(x, path);
  nameUnjudged(x, await judgeEvidence(x, prefix));
  x.recordDigest = x.digest(manifest);
  return `${listed.size} sealed files, byte for byte, and nothing beside them`;
}

function judgeLayout(x, path, prefix, listed) {
  const name = path.slice(prefix.length);
  const frozen = ["card.yaml", "evidence.lock.json"].includes(name) || name.startsWith("evidence/");
  if (path.split("/").length < 4) x.fault("unlisted-file", path, "a file outside a version's folder");
  else if (!path.startsWith(prefix)) x.fault("not-sealed", path, "a package shows no other version than its own");
  else if (frozen && !listed.has(name)) x.fault("unlisted-file", path, "it was added after the version was sealed");
  else if (!frozen && name !== "MANIFEST.sha256" && !isStatement(path)) judgeBeside(x, path);
}

/** What lies beside statements is a signature of one, and of a kind that is judged here. */
function judgeBeside(x, path) {
  const of = path.replace(/\.(sig|sigstore\.json)$/, "");
  const signs = of !== path && isStatement(of) && x.digest(of) !== undefined;
  if (signs && path.endsWith(".sigstore.json")) x.fault("kind-not-judged", path, "this page cannot judge a Sigstore bundle", true);
  else if (!signs) x.fault("unlisted-file", path, "a file that the layout does not know");
}

/** The files that the lock cites have the recorded digests; returns their paths. */
async function judgeEvidence(x, prefix) {
  const where = `${prefix}evidence.lock.json`;
  const lock = parsePretty(await x.record(where), where);
  if (!isObject(lock) || !isObject(lock.artifacts)) throw new Fault("lock-schema", where, "it lists no artifacts");
  if (lock.model !== x.described.model || lock.version !== x.described.version) {
    x.fault("subject-mismatch", where, "the lock of another version");
  }
  const cited = new Set();
  for (const artifact of Object.values(lock.artifacts)) {
    if (!isObject(artifact) || typeof artifact.path !== "string") continue; // kept outside, by digest
    const path = artifact.path.startsWith("datasets/") ? artifact.path : prefix + artifact.path;
    const digest = x.digest(path);
    if (digest === undefined) x.fault("evidence-unavailable", path, "evidence that the lock lists is gone");
    else if (digest !== artifact.sha256 || x.package.members.get(INVENTORY + path).size !== artifact.bytes) {
      x.fault("evidence-digest", path, "not the bytes whose digest the lock records");
    }
    cited.add(path);
  }
  return cited;
}

/** Files of the inventory on which nothing here rests are named, so that nobody trusts them by mistake. */
function nameUnjudged(x, cited) {
  const judged = (path) => /^(cognify\.yaml$|policy\/|trust\/|models\/|statements\/)/.test(path) || cited.has(path);
  const rest = x.paths("").filter((path) => !judged(path));
  if (rest.length) x.unjudged.push(`${rest.length} files of the inventory on which nothing here rests, such as ${rest[0]}`);
}

// 9. One seal of the log names this record, with this digest and every statement about it until then.
async function stepSeal(x) {
  const { record } = x.described;
  const seals = x.statements.filter((each) => each.kind === "seal" && each.leaf);
  const naming = seals.flatMap((seal) => seal.said.sealed.map((entry) => ({ ...entry, seal }))).filter((e) => e.record === record);
  if (!naming.length) throw new Fault("not-sealed", DESCRIPTION, "no seal of the log names this record");
  if (naming.length > 1) x.fault("seal-mismatch", naming[1].seal.path, "a record that was sealed twice");
  const [{ digest, heads, seal }] = naming;
  if (digest !== x.recordDigest) x.fault("sealed-bytes-changed", "MANIFEST.sha256", "not the manifest that was sealed");
  const before = x.leaves.filter((leaf) => leaf.record === record && leaf.seq < seal.leaf.seq).map((leaf) => leaf.sha256);
  if (before.sort().join() !== [...heads].sort().join()) {
    x.fault("seal-mismatch", `log/leaves:${seal.leaf.seq + 1}`, "the seal names other statements than the log holds");
  }
  x.sealedAt = seal.leaf.seq;
  judgeSignoffs(x, seal.leaf.seq);
  judgeDescription(x);
  return `leaf ${seal.leaf.seq + 1} of ${x.checkpoint.size} under the signed root seals it with ${heads.length} statements`;
}

/** Who said what about these very bytes. Whether that was enough is for `cognify verify`; nobody never is. */
function judgeSignoffs(x, sealed) {
  const about = x.statements.filter((each) => each.said.record === x.described.record && each.leaf);
  about.sort((one, other) => one.leaf.seq - other.leaf.seq);
  const proposals = about.filter((each) => each.kind === "record.propose" && each.leaf.seq < sealed);
  const proposal = proposals.at(-1);
  if (!proposal) return x.fault("not-proposed", "MANIFEST.sha256", "nobody proposed the version that was sealed");
  if (proposal.digest !== x.recordDigest) {
    x.fault("subject-digest-mismatch", proposal.path, "other bytes were proposed than the ones that were sealed");
  }
  const own = (each) => (part) => part.said.person === each.said.person && part.said.parents?.includes(each.sha256);
  const withdrawals = about.filter((each) => each.kind === "signoff.withdraw");
  x.trail = about.map((each) => ({
    ...each,
    over: each.digest === x.recordDigest && (each === proposal || each.said.parents?.includes(proposal.sha256)),
    withdrawn: withdrawals.some(own(each)),
  }));
  const stood = (each) => each.leaf.seq < sealed && !withdrawals.filter((part) => part.leaf.seq < sealed).some(own(each));
  const approvals = x.trail.filter((each) => each.kind === "signoff.approve" && each.over && stood(each));
  const approvers = new Set(approvals.map((each) => each.said.person));
  if (!approvers.size) x.fault("quorum-unmet", "MANIFEST.sha256", "nobody approved the bytes that were sealed");
  const makers = new Set([proposal.said.person, ...proposal.said.contributors.map((each) => each.person)]);
  const both = [...approvers].filter((person) => makers.has(person));
  if (both.length) x.warnings.push(`Not independent: ${both.join(", ")} contributed to this version and approved it.`);
  return undefined;
}

/** What a package says about itself is what was found in it. */
function judgeDescription(x) {
  const { origin, root, size: leaves } = x.checkpoint;
  const found = { digest: x.recordDigest, genesis: x.genesis, inventory: x.inventory, log: { origin, root, size: leaves } };
  for (const [key, value] of Object.entries(found)) {
    if (canonical(x.described[key] ?? null) !== canonical(value)) {
      const id = key === "inventory" ? "ledger-mismatch" : "pkg-description";
      x.fault(id, `${DESCRIPTION}#/${key}`, "it says something else than what the package holds");
    }
  }
}

const STEPS = [
  { key: "archive", needs: [], run: stepArchive, title: "The archive: names and sizes, nothing hidden between" },
  { key: "files", needs: ["archive"], run: stepChecksums, title: "Every file has the checksum that is listed" },
  { key: "log", needs: ["files"], run: stepLog, title: "The log is one unbroken chain" },
  { key: "root", needs: ["log"], run: stepCheckpoints, title: "Its root is signed, and every older checkpoint agrees" },
  { key: "genesis", needs: ["files"], run: stepGenesis, title: "Genesis, and the policy and keys that it binds" },
  { key: "statements", needs: ["root", "genesis"], run: stepStatements, title: "Statements and leaves match, at their places" },
  { key: "signatures", needs: ["statements"], run: stepSignatures, title: "Every signature, by the person it names" },
  { key: "record", needs: ["files"], run: stepRecord, title: "The sealed bytes of the record" },
  { key: "seal", needs: ["statements", "record"], run: stepSeal, title: "The seal: this record, this digest, all its statements" },
];

/** Run the nine steps; *told* hears of each as it begins and ends. A step whose ground is gone is not taken. */
async function examine(x, told) {
  for (const step of STEPS) {
    const state = { ...step, state: "running", detail: "" };
    x.steps.push(state);
    told(state);
    if (step.needs.every((need) => x.done.has(need))) {
      const before = x.findings.length;
      const detail = await x.caught(() => step.run(x));
      const found = x.findings.slice(before);
      if (detail !== null) x.done.add(step.key);
      if (!found.length) state.detail = detail;
      state.state = found.length ? (found.every((fault) => fault.cannot) ? "unsure" : "failed") : "passed";
    } else {
      Object.assign(state, { state: "skipped", detail: "not looked at: what it stands on does not hold" });
    }
    told(state);
  }
}
