// ---- bytes: digests, encodings, and the one kind of error that is a finding ----------------------

/** Something that contradicts the package, or (`cannot`) keeps this page from verifying it. */
class Fault extends Error {
  /**
   * @param {string} id what is wrong, as in the manual's list of findings
   * @param {string} where the file, and perhaps the line
   * @param {string} what one sentence
   * @param {boolean} cannot whether it is a limit of this page rather than of the package
   */
  constructor(id, where, what, cannot = false) {
    super(what);
    Object.assign(this, { id, where, what, cannot });
  }
}

const encoder = new TextEncoder();
// `ignoreBOM` keeps a byte order mark in the text, so that it can be refused.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @returns {string | null} the text of *bytes*, or null where they are not UTF-8 */
function utf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** One character for each byte: for what is ASCII or is compared byte by byte. */
function latin1(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(latin1(bytes));
const urlsafe = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** @returns {Uint8Array | null} what *text* encodes (RFC 4648 section 4, padded), or null */
function unbase64(text) {
  if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** As `unbase64`, and *text* is the one spelling of those bytes. */
function unbase64Exact(text) {
  const bytes = unbase64(text);
  return bytes !== null && base64(bytes) === text ? bytes : null;
}

/** @param {...(Uint8Array | number[])} parts */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function hashed(name, bytes) {
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
}

const sha256 = (bytes) => hashed("SHA-256", bytes);
const digestOf = async (bytes) => hex(await sha256(bytes));

/** Order by code point, which is the order of UTF-8 bytes; `sort()` alone orders UTF-16 units. */
function byCodePoint(one, other) {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    if (one[at] !== other[at]) return one.codePointAt(at) - other.codePointAt(at);
  }
  return one.length - other.length;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The CRC-32 that ZIP stores with each member. */
function crc32(bytes) {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) value = CRC_TABLE[(value ^ bytes[at]) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
