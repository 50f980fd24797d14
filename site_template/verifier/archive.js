// ---- the package: names and sizes first, then bytes that have the listed checksum ----------------

const MIB = 1024 * 1024;
const LIMITS = { members: 200_000, directory: 80 * MIB, member: 256 * MIB, total: 4096 * MIB, log: 64 * MIB };
const CHECKSUMS = "CHECKSUMS.sha256";
const DESCRIPTION = "package.json";
const INVENTORY = "inventory/";

/** The files of a package, by their path in it. Nothing is ever unpacked or run. */
class Package {
  /**
   * @param {Map<string, {size: number}>} members
   * @param {(member: object) => Promise<Uint8Array>} load
   */
  constructor(members, load) {
    this.members = members;
    this.load = async (path) => load(members.get(path), path);
    /** @type {Map<string, string>} path to SHA-256, once every byte was held against the list */
    this.digests = new Map();
    this.total = [...members.values()].reduce((sum, member) => sum + member.size, 0);
  }

  has(path) {
    return this.members.has(path);
  }

  /** Every path that begins with *under*, in path order. */
  paths(under = "") {
    return [...this.members.keys()].filter((path) => path.startsWith(under)).sort(byCodePoint);
  }

  /** The bytes at *path*: the very ones whose checksum was listed, even if the disk has changed since. */
  async read(path) {
    if (!this.has(path)) throw new Fault("record-missing", path, "there is no such file");
    const bytes = await this.load(path);
    if ((await digestOf(bytes)) !== this.digests.get(path)) {
      throw new Fault("file-unreadable", path, "the file changed while it was examined: choose it again", true);
    }
    return bytes;
  }
}

const fold = (text) => text.toLowerCase().toUpperCase();
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Whether *path* is relative, normal, NFC, and the same file on every system that unpacks it. */
function safePath(path) {
  if (!path || encoder.encode(path).length > 1024 || path !== path.normalize("NFC")) return false;
  if (/[\\:*?"<>|]/.test(path) || /[\p{C}\p{Z}]/u.test(path.replaceAll(" ", ""))) return false;
  return path.split("/").every((part) => {
    if (["", ".", ".."].includes(part) || /^ | $|\.$/.test(part) || DEVICE.test(part)) return false;
    return ![".GIT", "GIT~1"].includes(fold(part).replaceAll("\u200c", ""));
  });
}

/** Judge every name and size before a byte is believed; returns the members below the one top folder. */
function judgedMembers(listed) {
  const members = new Map();
  const folded = new Map();
  const tops = new Set();
  let total = 0;
  if (listed.length > LIMITS.members) throw new Fault("pkg-limit", "", `${listed.length} members are too many`);
  for (const member of listed) {
    const { name } = member;
    if (!safePath(name)) throw new Fault("pkg-path", name.slice(0, 120), "a name that not every system reads alike");
    const twin = folded.get(fold(name));
    if (twin === name) throw new Fault("pkg-path", name, "a name that is there twice");
    if (twin !== undefined) throw new Fault("pkg-path", name, `it differs from ${twin} in case only`);
    folded.set(fold(name), name);
    total += member.size;
    if (member.size > LIMITS.member || total > LIMITS.total) {
      throw new Fault("pkg-limit", name, "more bytes than a package may hold");
    }
    tops.add(name.split("/")[0]);
    members.set(name.slice(name.indexOf("/") + 1), member);
    if (!name.includes("/")) throw new Fault("pkg-path", name, "a file beside the one folder at the top");
  }
  if (tops.size !== 1) throw new Fault("pkg-path", "", "not one folder at the top");
  return members;
}

async function bytesOf(blob, name) {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new Fault("file-unreadable", name, "the browser could not read the file: choose it again", true);
  }
}

/** @param {File[]} files what a folder picker gives: every file below one folder */
function openFolder(files) {
  const listed = files.map((file) => ({ name: file.webkitRelativePath, size: file.size, file }));
  return new Package(judgedMembers(listed), (member, path) => bytesOf(member.file, path));
}

/**
 * The package in the ZIP *file*.
 *
 * Members, directory and end follow each other without a gap, and each member's own header says what
 * the directory says: what lies before, between or behind is seen by some unpackers and not by others.
 */
async function openZip(file) {
  const notZip = new Fault("pkg-unreadable", file.name, "not a ZIP archive: choose what `cognify package` wrote", true);
  if (file.size < 22) throw notZip;
  const end = await bytesOf(file.slice(-22), file.name);
  const view = new DataView(end.buffer);
  if (view.getUint32(0, true) !== 0x06054b50) {
    const tail = latin1(await bytesOf(file.slice(-70_000), file.name));
    throw tail.includes("PK\x05\x06") ? damaged("bytes behind the end of the archive") : notZip;
  }
  const [count, size, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)];
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff || size > LIMITS.directory) {
    throw new Fault("pkg-limit", file.name, "too large for a browser: use `cognify verify`", true);
  }
  if (view.getUint32(4, true) || view.getUint16(8, true) !== count || view.getUint16(20, true)) {
    throw damaged("an archive in parts, or with a comment");
  }
  if (start + size !== file.size - 22) throw damaged("bytes that belong to no member");
  const directory = await bytesOf(file.slice(start, start + size), file.name);
  const listed = readDirectory(directory, count, start);
  return new Package(judgedMembers(listed), (member) => loadMember(file, member));
}

const damaged = (what, where = "") => new Fault("pkg-damaged", where, what);

/** The members that the central directory lists, each where the one before it ends. */
function readDirectory(bytes, count, start) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const listed = [];
  let [at, offset] = [0, 0];
  for (let number = 0; number < count; number += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged("a broken directory");
    const [nameLength, rest] = [view.getUint16(at + 28, true), view.getUint32(at + 30, true)];
    const raw = bytes.subarray(at + 46, at + 46 + nameLength);
    const flags = view.getUint16(at + 8, true);
    const name = flags & 0x800 ? utf8(raw) : latin1(raw);
    const kind = (view.getUint32(at + 38, true) >>> 16) & 0o170000;
    const plain = name !== null && (flags & 0x800 || !/[^\x00-\x7f]/.test(name));
    if (!plain || ![0, 0o100000].includes(kind) || flags & 1) {
      throw new Fault("pkg-path", (name ?? "").slice(0, 120), "a name, a link or an encrypted member");
    }
    const [crc, size] = [view.getUint32(at + 16, true), view.getUint32(at + 24, true)];
    const member = { name, raw, flags, crc, size, offset };
    judgePacking(member, view.getUint16(at + 10, true), view.getUint32(at + 20, true));
    const here = view.getUint32(at + 42, true) === offset && view.getUint16(at + 34, true) === 0;
    if (!here || rest !== 0 || flags & ~0x800) throw damaged("bytes that belong to no member", name);
    listed.push(member);
    at += 46 + nameLength;
    offset += 30 + nameLength + member.size;
  }
  if (at !== bytes.length || offset !== start) throw damaged("bytes that belong to no member");
  return listed;
}

function judgePacking(member, method, packed) {
  if (method === 8) {
    const what = "a compressed member: choose the archive as `cognify package` wrote it, which stores, or the folder";
    throw new Fault("pkg-limit", member.name, what, true);
  }
  if (method !== 0) throw new Fault("pkg-limit", member.name, "packed in a way that is not accepted");
  if (packed !== member.size) throw damaged("two sizes of one member", member.name);
}

/** The bytes of *member*, if its own header agrees with the directory and its CRC-32 holds. */
async function loadMember(file, member) {
  const head = 30 + member.raw.length;
  const bytes = await bytesOf(file.slice(member.offset, member.offset + head + member.size), member.name);
  if (bytes.length !== head + member.size) throw damaged("a member that is cut short", member.name);
  const view = new DataView(bytes.buffer);
  const expected = [0x04034b50, member.flags, 0, member.crc, member.size, member.size, member.raw.length, 0];
  const found = [
    view.getUint32(0, true), view.getUint16(6, true), view.getUint16(8, true), view.getUint32(14, true),
    view.getUint32(18, true), view.getUint32(22, true), view.getUint16(26, true), view.getUint16(28, true),
  ];
  const same = expected.every((value, at) => value === found[at]);
  if (!same || latin1(bytes.subarray(30, head)) !== latin1(member.raw)) {
    throw damaged("a member whose own header says something else than the directory", member.name);
  }
  const data = bytes.subarray(head);
  if (crc32(data) !== member.crc) throw damaged("a member whose CRC-32 does not hold", member.name);
  return data;
}
