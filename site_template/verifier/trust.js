// ---- steps 3 to 5: the log, its signed root, and what the genesis binds ----------------------------

const VKEY = "trust/log.vkey";
const SIGNERS = "trust/allowed_signers";
const POLICY = "policy/0001.yaml";
const KEPT = /^log\/checkpoints\/([1-9][0-9]{0,14})\.note$/;
const STATED = "statements/[a-z][a-z0-9._-]{0,120}\\.json";
const LOG_PATH = new RegExp(`^log/(leaves|checkpoint|checkpoints/[1-9][0-9]{0,14}\\.(note|tsr)|${STATED})$`);

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
  if (!x.package.has("log/checkpoint")) {
    throw new Fault("checkpoint-missing", "log/checkpoint", "no checkpoint signs the leaves", true);
  }
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
    const what = "leaves wait for their checkpoint; no package is written of such a log";
    x.fault("leaves-unsigned", "log/leaves", what, true);
  }
  Object.assign(x, { checkpoint: newest, verifier });
  return `signed by ${verifier.name}; ${kept} checkpoints kept and consistent`;
}

// 5. The log begins with its genesis, which binds the policy, the log's key and everyone's keys.
async function stepGenesis(x) {
  const found = x.paths("statements/genesis.").filter(isStatement);
  if (found.length !== 1) {
    throw new Fault("genesis-missing", "statements/", `${found.length} genesis statements; one is needed`);
  }
  const genesis = parseStatement(await x.record(found[0]), found[0]);
  if (genesis.kind !== "genesis") {
    throw new Fault("genesis-missing", found[0], `a ${genesis.kind} by the name of a genesis`);
  }
  x.genesis = x.digest(found[0]);
  x.inventory = genesis.said.inventory;
  if (x.leaves && (x.leaves[0].kind !== "genesis" || x.leaves[0].sha256 !== x.genesis)) {
    x.fault("genesis-mismatch", found[0], "the log does not begin with it");
  }
  if (x.paths("policy/").some((path) => path !== POLICY)) {
    x.fault("kind-not-judged", "policy/", "a policy after the first: use `cognify verify`", true);
  }
  if (x.digest(POLICY) !== genesis.digest) {
    throw new Fault("sealed-bytes-changed", POLICY, "not the policy that the genesis binds");
  }
  judgeTrust(x, genesis.said.trust);
  x.signers = parseSigners(await x.record(SIGNERS), await x.record(POLICY));
  return `binds policy 1, ${Object.keys(genesis.said.trust).length} trust files, ${x.signers.size} keys`;
}

function judgeTrust(x, bound) {
  for (const path of [VKEY, SIGNERS].filter((each) => !Object.hasOwn(bound, each))) {
    const what = "the genesis does not bind it, so this page has nothing to hold on to";
    throw new Fault("trust-unbound", path, what, true);
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
