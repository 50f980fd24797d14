// ---- the log: a chain of leaves under one RFC 6962 root, and the note that signs it --------------

const UUID = "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const LEAF = new RegExp(
  '^\\{"kind":"([a-z]+(?:\\.[a-z]+)*)","prev":"([0-9a-f]{64})","record":"(inventory|' + UUID +
  ')","seq":(0|[1-9][0-9]{0,14}),"sha256":"([0-9a-f]{64})","size":([1-9][0-9]{0,8}),"v":1\\}$',
);
const ORIGIN = /^[^\s+\x00-\x1f]+$/;
const BATCH = 4096;

/** *make* over every item, many at once but never all, with *tick* told how far it is. */
async function batched(items, make, tick) {
  const made = [];
  for (let at = 0; at < items.length; at += BATCH) {
    made.push(...(await Promise.all(items.slice(at, at + BATCH).map(make))));
    tick(made.length / items.length);
  }
  return made;
}

/** The leaves in `log/leaves`, every link of the chain checked, and the Merkle tree over them. */
async function readLeaves(bytes, tick) {
  const where = "log/leaves";
  if (bytes.length > LIMITS.log) throw new Fault("pkg-limit", where, "a log too long for a browser", true);
  const lines = latin1(bytes).split("\n");
  if (lines.pop() !== "") throw new Fault("leaf-malformed", where, "the last line has no newline");
  const digests = await batched(lines, (line) => digestOf(ascii(line)), tick);
  const seen = new Set();
  const leaves = lines.map((line, seq) => {
    const place = `${where}:${seq + 1}`;
    const match = LEAF.exec(line);
    if (!match) throw new Fault("leaf-malformed", place, "not a leaf of this log");
    const [, kind, prev, record, number, sha, size] = match;
    if (Number(number) !== seq || prev !== (seq ? digests[seq - 1] : "0".repeat(64))) {
      throw new Fault("chain-broken", place, `the chain breaks at leaf ${seq}`);
    }
    if (seen.has(sha)) throw new Fault("duplicate-leaf", place, "one statement has two leaves");
    seen.add(sha);
    return { kind, record, seq, sha256: sha, size: Number(size) };
  });
  return { leaves, tree: await Tree.over(lines, tick) };
}

/** The complete subtrees over the leaves, level by level, from which the root at any size follows. */
class Tree {
  static async over(lines, tick) {
    const tree = new Tree();
    tree.levels = [await batched(lines, (line) => sha256(joined([0], ascii(line))), tick)];
    for (let last = tree.levels[0]; last.length > 1; last = tree.levels.at(-1)) {
      const pairs = Array.from({ length: last.length >> 1 }, (_, at) => [last[2 * at], last[2 * at + 1]]);
      tree.levels.push(await batched(pairs, ([left, right]) => sha256(joined([1], left, right)), tick));
    }
    return tree;
  }

  get size() {
    return this.levels[0].length;
  }

  /** The root over the first *size* leaves, in base64 (RFC 6962 section 2.1). */
  async root(size) {
    const peaks = [];
    for (let level = this.levels.length - 1, at = 0; level >= 0; level -= 1) {
      const width = 2 ** level;
      if (Math.floor(size / width) % 2) {
        peaks.push(this.levels[level][at / width]);
        at += width;
      }
    }
    let digest = peaks.pop() ?? (await sha256(new Uint8Array()));
    while (peaks.length) digest = await sha256(joined([1], peaks.pop(), digest));
    return base64(digest);
  }
}

const badNote = (where, what) => new Fault("checkpoint-syntax", where, `not a signed checkpoint: ${what}`);

/** A C2SP signed note over a checkpoint: origin, size and root, signed by *verifier*'s key. */
async function openNote(bytes, verifier, where) {
  const whole = bytes.length <= 64 * 1024 ? utf8(bytes) : null;
  if (whole === null || /[\x00-\x09\x0b-\x1f]/.test(whole)) throw badNote(where, "not text, or too long");
  const split = whole.lastIndexOf("\n\n");
  if (split < 0 || !whole.endsWith("\n") || split + 2 >= whole.length) throw badNote(where, "no signature lines");
  const text = whole.slice(0, split + 1);
  const mine = [];
  for (const line of whole.slice(split + 2, -1).split("\n")) {
    const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
    const blob = match && unbase64Exact(match[2]);
    if (!blob || blob.length < 5) throw badNote(where, "a line that is no signature");
    if (match[1] === verifier.name && hex(blob.subarray(0, 4)) === verifier.keyHash) mine.push(blob.subarray(4));
  }
  if (!mine.length) throw new Fault("note-unsigned", where, `not signed by the log's key ${verifier.name}`);
  // Lines by unknown keys are ignored; one that claims this key and does not hold rejects the note.
  for (const signature of mine) {
    if (!(await ed25519Holds(verifier.point, signature, encoder.encode(text)))) {
      throw new Fault("note-bad-known-sig", where, "the log's signature does not hold");
    }
  }
  const [origin, size, root, ...rest] = text.split("\n");
  const decoded = unbase64Exact(root ?? "");
  if (rest.length !== 1 || !ORIGIN.test(origin) || !/^(0|[1-9][0-9]{0,18})$/.test(size) || decoded?.length !== 32) {
    throw badNote(where, "not origin, size, root");
  }
  if (origin !== verifier.name) throw new Fault("origin-mismatch", where, `a checkpoint of ${origin}`);
  return { origin, size: Number(size), root };
}

/** The log's public key from its vkey line (C2SP signed-note). */
async function parseVerifier(bytes, where) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?$/.exec(latin1(bytes));
  const raw = match && unbase64Exact(match[3]);
  if (!raw || raw.length !== 33 || raw[0] !== 1) throw new Fault("bad-key", where, "not an Ed25519 verifier key");
  const named = await digestOf(joined(encoder.encode(`${match[1]}\n`), raw));
  if (named.slice(0, 8) !== match[2]) throw new Fault("bad-key", where, "the key does not match its own key hash");
  const point = raw.subarray(1);
  if (!usablePoint(point)) throw new Fault("bad-key", where, "a key of small order, or badly encoded");
  return { name: match[1], keyHash: match[2], point };
}
