// ---- one examination, and steps 1 and 2: the archive and its checksums --------------------------

/** One examination: what was found, and what later steps stand on. */
class Examination {
  /**
   * @param {() => Promise<Package>} open gives the package that the reader chose
   * @param {(fraction: number) => void} tick told how far the present step is
   */
  constructor(open, tick) {
    Object.assign(this, { open, tick, findings: [], steps: [], done: new Set() });
    Object.assign(this, { statements: [], trail: [], warnings: [], unjudged: [] });
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
    if (!isObject(data) || !ID(data.record) || !NAME(data.model) || !NAME(data.version)) {
      throw damaged("it does not say what the package is about", DESCRIPTION);
    }
    if (data.package === 1) return data;
    throw new Fault("pkg-description", DESCRIPTION, "a package of a newer form: use a newer page", true);
  } catch (error) {
    if (!(error instanceof Fault) || !/^json|^not-|^bidi|^record-missing/.test(error.id)) throw error;
    throw damaged(error.message, DESCRIPTION);
  }
}
