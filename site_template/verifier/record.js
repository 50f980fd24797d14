// ---- steps 8 and 9: the record and its seal; and the procedure itself -------------------------------

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
  const cited = await judgeEvidence(x, prefix);
  for (const path of await judgeReports(x)) cited.add(path);
  nameUnjudged(x, cited);
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

/** What lies beside statements is a signature of one. */
function judgeBeside(x, path) {
  const of = path.replace(/\.(sig|sigstore\.json)$/, "");
  const signs = of !== path && isStatement(of) && x.digest(of) !== undefined;
  if (!signs) x.fault("unlisted-file", path, "a file that the layout does not know");
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
  const known = /^(cognify\.yaml$|policy\/|trust\/|models\/|statements\/)/;
  const rest = x.paths("").filter((path) => !known.test(path) && !cited.has(path));
  if (rest.length) {
    x.unjudged.push(`${rest.length} files of the inventory on which nothing here rests, such as ${rest[0]}`);
  }
}

// 9. One seal of the log names this record, with this digest and every statement about it until then.
async function stepSeal(x) {
  const { record } = x.described;
  const seals = x.statements.filter((each) => each.kind === "seal" && each.leaf);
  for (const each of seals) {
    const before = x.leaves.findLast((leaf) => CLAIMS.includes(leaf.kind) && leaf.seq < each.leaf.seq);
    if (each.said.from !== (before ? before.seq + 1 : 0) || each.said.through !== each.leaf.seq) {
      x.fault("seal-mismatch", each.path, "the seal speaks for other leaves than it stands for");
    }
  }
  const entries = seals.flatMap((seal) => seal.said.sealed.map((entry) => ({ ...entry, seal })));
  const naming = entries.filter((entry) => entry.record === record);
  if (!naming.length) throw new Fault("not-sealed", DESCRIPTION, "no seal of the log names this record");
  if (naming.length > 1) x.fault("seal-mismatch", naming[1].seal.path, "a record that was sealed twice");
  const [{ digest, heads, seal }] = naming;
  if (digest !== x.recordDigest) x.fault("sealed-bytes-changed", "MANIFEST.sha256", "not the manifest that was sealed");
  const before = x.leaves.filter((leaf) => leaf.record === record && leaf.seq < seal.leaf.seq);
  if (before.map((leaf) => leaf.sha256).sort().join() !== [...heads].sort().join()) {
    x.fault("seal-mismatch", `log/leaves:${seal.leaf.seq + 1}`, "the seal names other statements than the log holds");
  }
  for (const each of x.statements) {
    if (each.said.conditions && !["signoff.approve", "finding.explain"].includes(each.kind)) {
      x.fault("condition-misplaced", each.path, `a ${each.kind} on a condition, which nobody could take on`);
    }
  }
  judgeSignoffs(x, seal.leaf.seq);
  judgeDescription(x);
  const place = `leaf ${seal.leaf.seq + 1} of ${x.checkpoint.size} under the signed root`;
  return `${place} seals it with ${heads.length} statements`;
}

/**
 * Who said what about these very bytes. Whether that was enough is for `cognify verify`; but what no policy
 * allows is a fault here, too: a seal without an approval, over a rejection, or with sign-offs after it.
 */
function judgeSignoffs(x, sealed) {
  const about = x.statements.filter((each) => each.said.record === x.described.record && each.leaf);
  about.sort((one, other) => one.leaf.seq - other.leaf.seq);
  const proposals = about.filter((each) => each.kind === "record.propose" && each.leaf.seq < sealed);
  const proposal = proposals.at(-1);
  if (!proposal) return x.fault("not-proposed", "MANIFEST.sha256", "nobody proposed the version that was sealed");
  if (proposal.digest !== x.recordDigest) {
    x.fault("subject-digest-mismatch", proposal.path, "other bytes were proposed than the ones that were sealed");
  }
  const withdrawals = about.filter((each) => each.kind === "signoff.withdraw");
  x.trail = about.map((each) => {
    const own = (part) => part.said.person === each.said.person && part.said.parents?.includes(each.sha256);
    const acts = each.kind === "record.propose" || each.said.parents?.includes(proposal.sha256);
    const same = each.digest === x.recordDigest;
    const stood = each.leaf.seq < sealed && !withdrawals.some((part) => own(part) && part.leaf.seq < sealed);
    return { ...each, same, stood, over: same && acts, withdrawn: withdrawals.some(own) };
  });
  for (const each of x.trail.filter((entry) => entry.stood && entry.same && entry.kind === "signoff.reject")) {
    x.fault("open-rejection", each.path, "it was sealed over this rejection, which nobody withdrew before");
  }
  for (const each of x.trail.filter((entry) => entry.leaf.seq > sealed)) {
    if (["record.propose", "signoff.approve"].includes(each.kind)) {
      x.fault("already-sealed", each.path, "it was stated of a version that was sealed before");
    }
  }
  judgeApprovers(x, proposals, sealed);
  judgeLater(x);
  return undefined;
}

const CONDITION = "condition-unacknowledged";

/** Whether *each* does nothing but explain a finding in bytes that were proposed before. */
function onlyExplains(proposals, { said, leaf, digest }) {
  const over = proposals.filter((proposal) => proposal.leaf.seq < leaf.seq && proposal.digest === digest);
  const named = (said.parents ?? []).every((sha) => over.some((proposal) => proposal.sha256 === sha));
  return Boolean(said.parents?.length) && named && !said.conditions && !said.expires;
}

/** Whether *each* takes on conditions of approvals in its own round, stated by whoever proposed that round. */
function takesOn(x, proposals, each) {
  const { said, leaf, digest } = each;
  const round = proposals.filter((proposal) => proposal.leaf.seq < leaf.seq).at(-1);
  const named = (said.parents ?? []).map((sha) => x.trail.find((one) => one.sha256 === sha));
  const plain = said.finding.id === CONDITION && !said.conditions && !said.expires;
  const given = (one) => one?.kind === "signoff.approve" && one.said.conditions && one.leaf.seq < leaf.seq &&
    one.said.parents?.includes(round.sha256);
  return Boolean(round) && plain && said.person === round.said.person && digest === round.digest &&
    named.length > 0 && named.every(given);
}

/**
 * The approvals on conditions that whoever proposed the version has not taken on before the seal. Whether they
 * were needed is for `cognify verify`, as are acknowledgements that are not plainly in order.
 */
function unheard(x, counted, proposals, sealed) {
  const all = x.trail.filter((each) => each.kind === "finding.explain");
  const said = all.filter((each) => each.said.finding.id === CONDITION);
  for (const each of all.filter((entry) => !said.includes(entry) && !onlyExplains(proposals, entry))) {
    x.fault("explanation-misplaced", each.path, "it explains a finding, and does what this page cannot judge", true);
  }
  for (const each of said.filter((entry) => !takesOn(x, proposals, entry))) {
    x.fault("nothing-to-acknowledge", each.path, "it takes on what this page cannot judge", true);
  }
  const heard = new Set(said.filter(({ leaf }) => leaf.seq < sealed).flatMap((each) => each.said.parents ?? []));
  return counted.filter((each) => each.said.conditions && !heard.has(each.sha256));
}

function judgeApprovers(x, proposals, sealed) {
  const counted = x.trail.filter((each) => each.kind === "signoff.approve" && each.over && each.stood);
  const open = unheard(x, counted, proposals, sealed);
  for (const each of open) {
    const what = "it was given on a condition that nobody had acknowledged when the version was sealed";
    x.fault("condition-unacknowledged", each.path, what, open.length < counted.length);
  }
  const approvers = new Set(counted.map((each) => each.said.person));
  if (!approvers.size) x.fault("quorum-unmet", "MANIFEST.sha256", "nobody approved the bytes that were sealed");
  const runs = x.trail.filter((each) => each.kind === "run.record").map(({ said }) => said.person);
  const named = proposals.flatMap(({ said }) => [said.person, ...said.contributors.map((each) => each.person)]);
  const makers = [...named, ...runs];
  const both = [...approvers].filter((person) => makers.includes(person));
  if (both.length) x.warnings.push(`Not independent: ${both.join(", ")} contributed to this version and approved it.`);
}

const LATER = {
  amend: (said) => `Amended by ${said.person}: ${said.amendments.map((each) => each.at).join(", ")}`,
  supersede: (said) => `Superseded by ${said.by.model} ${said.by.version}, as ${said.person} states.`,
  "model.withdraw": (said) => `Withdrawn from use, as ${said.person} states: ${said.reason}`,
};

/** What is stated of a sealed version later changes no byte of it, and is nothing to overlook. */
function judgeLater(x) {
  for (const each of x.trail.filter(({ kind }) => Object.hasOwn(LATER, kind))) {
    if (!each.same) x.fault("subject-digest-mismatch", each.path, "it is about other bytes than the ones sealed");
    x.warnings.push(LATER[each.kind](each.said));
  }
}

/** What a package says about itself is what was found in it. */
function judgeDescription(x) {
  const { origin, root, size: leaves } = x.checkpoint;
  const log = { origin, root, size: leaves };
  const found = { digest: x.recordDigest, genesis: x.genesis, inventory: x.inventory, log };
  for (const [key, value] of Object.entries(found)) {
    if (canonical(x.described[key] ?? null) !== canonical(value)) {
      const id = key === "inventory" ? "ledger-mismatch" : "pkg-description";
      x.fault(id, `${DESCRIPTION}#/${key}`, "it says something else than what the package holds");
    }
  }
}

const STEPS = [
  ["archive", [], stepArchive, "The archive: names and sizes, nothing hidden between"],
  ["files", ["archive"], stepChecksums, "Every file has the checksum that is listed"],
  ["log", ["files"], stepLog, "The log is one unbroken chain"],
  ["root", ["log"], stepCheckpoints, "Its root is signed, and every older checkpoint agrees"],
  ["genesis", ["files"], stepGenesis, "Genesis, and the policy and keys that it binds"],
  ["statements", ["root", "genesis"], stepStatements, "Statements and leaves match, at their places"],
  ["signatures", ["statements"], stepSignatures, "Every signature, by the person it names"],
  ["record", ["files"], stepRecord, "The sealed bytes of the record"],
  ["seal", ["statements", "record"], stepSeal, "The seal: this record, this digest, all its statements"],
].map(([key, needs, run, title]) => ({ key, needs, run, title }));

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
