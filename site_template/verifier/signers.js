// ---- steps 6 and 7: statements and who signed them ---------------------------------------------------

// 6. Each leaf of this record and of the inventory has its statement, each statement its leaf and its place.
async function stepStatements(x) {
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
  if (leaf) await judgeLeaf(x, stated, bytes.length, leaf, path);
  return automated ? undefined : judgePlace(x, stated, path, sha);
}

/** The leaf says the same as its statement, which acts on earlier ones only. */
async function judgeLeaf(x, { kind, said }, length, leaf, path) {
  if (leaf.kind !== kind || leaf.record !== (said.record ?? "inventory") || leaf.size !== length) {
    x.fault("leaf-mismatch", path, "its leaf says another kind, record or size");
  }
  for (const parent of said.parents ?? []) {
    if (!(x.leafOf.get(parent)?.seq < leaf.seq)) {
      x.fault("parent-after-child", path, `it acts on ${parent.slice(0, 8)}, which does not come before it`);
    }
  }
  await judgeAnchor(x, said.after, leaf, path);
}

/** The checkpoint that a statement embeds is one of this log, from before its own place in it. */
async function judgeAnchor(x, after, leaf, path) {
  const known = after.size <= leaf.seq && (await x.tree.root(after.size)) === after.root;
  if (!known || after.origin !== x.verifier.name) {
    x.fault("anchor-mismatch", path, `it embeds a checkpoint over ${after.size} leaves that this log never had`);
  }
}

function judgePlace(x, { kind, subject, said }, path, sha) {
  const [, folder, name] = /^(.*\/)([^/]*)$/s.exec(path);
  const about = kind === "genesis" ? "" : `models/${said.model}/${said.version}/`;
  const within = kind === "monitor.report" ? about.replace(/^models/, "monitoring") : about;
  const named = subject.startsWith(within) ? subject.slice(within.length) : "";
  const misplaced = folder !== `${about}statements/` || (about && !(NAMES[kind] ?? /^MANIFEST\.sha256$/).test(named));
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
  const { path, said, kind } = stated;
  const [sig, bundle] = [".sig", ".sigstore.json"].map((ending) => x.digest(path + ending) !== undefined);
  if (sig && bundle) throw new Fault("two-signatures", path, "a key's signature and a login's beside one statement");
  if (bundle) throw new Fault("sigstore-missing", path, "signed by a login: this page judges keys alone", true);
  if (!sig) throw new Fault("sig-missing", path, "nobody signed it");
  const namespace = `${kind}.v1@cognify.dev`;
  const key = await verifySsh(await x.record(`${path}.sig`), stated.bytes, namespace);
  const signer = x.signers.get(key);
  const name = await fingerprint(key);
  if (!signer) throw new Fault("identity-not-a-person", path, `nobody holds the key ${name}`);
  if (signer.person !== said.person) {
    throw new Fault("identity-mismatch", path, `signed by ${signer.person}, stated for ${said.person}`);
  }
  if (name !== said.signer) throw new Fault("signer-mismatch", path, `signed with ${name}, stated with ${said.signer}`);
  if (!signer.namespaces.includes(namespace)) {
    throw new Fault("namespace", path, "signed by a key that is not allowed this purpose");
  }
  stated.key = name;
}
