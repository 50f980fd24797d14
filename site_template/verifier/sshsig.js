// ---- signatures: SSHSIG (OpenSSH PROTOCOL.sshsig) and the log's Ed25519, by WebCrypto ------------

const ARMOUR_BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const ARMOUR_END = "-----END SSH SIGNATURE-----\n";
const MAX_SIGNATURE = 16 * 1024;
const CURVES = {
  nistp256: { name: "P-256", size: 32, hash: "SHA-256" },
  nistp384: { name: "P-384", size: 48, hash: "SHA-384" },
  nistp521: { name: "P-521", size: 66, hash: "SHA-512" },
};
// The encodings of Ed25519 points whose order divides 8, canonical or not, without the sign bit: with such
// a key one signature holds for every message (RFC 8032 leaves it to the caller).
const SMALL_ORDER = new Set([
  `00${"00".repeat(31)}`, `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

const unsigned = (bytes) => joined(bytes.subarray(0, 31), [bytes[31] & 0x7f]);
/** Whether *point* is no small-order point, and its y is below 2^255 - 19, as honest encoders write it. */
function usablePoint(point) {
  const y = unsigned(point);
  const large = y[0] >= 0xed && y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff);
  return point.length === 32 && !large && !SMALL_ORDER.has(hex(y));
}

const badSignature = (what, id = "signature-invalid") => new Fault(id, "", what);
const string32 = (bytes) => joined([bytes.length >>> 24, bytes.length >>> 16, bytes.length >>> 8, bytes.length], bytes);
const ascii = (text) => encoder.encode(text);

/** The SSH wire format (RFC 4251 section 5), read from the front. */
class Wire {
  constructor(bytes) {
    Object.assign(this, { bytes, at: 0 });
  }

  take(length) {
    if (length > this.bytes.length - this.at) throw badSignature("truncated");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number() {
    const [a, b, c, d] = this.take(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  string() {
    return this.take(this.number());
  }

  /** A non-negative integer as its big-endian digits, without the leading zero that the wire may need. */
  mpint() {
    const bytes = this.string();
    const padded = bytes[0] === 0 && !(bytes[1] & 0x80);
    if (bytes[0] & 0x80 || padded) throw badSignature("an integer that is negative or padded");
    return bytes[0] === 0 ? bytes.subarray(1) : bytes;
  }

  end() {
    if (this.at !== this.bytes.length) throw badSignature("bytes after the end");
  }
}

/** Import a public key; a browser without the algorithm cannot verify, and says so. */
async function imported(format, material, algorithm, badKey) {
  try {
    return await crypto.subtle.importKey(format, material, algorithm, false, ["verify"]);
  } catch (error) {
    if (badKey && error.name === "DataError") throw badSignature("not a usable key", "bad-key");
    throw new Fault("surroundings", "", `this browser cannot use keys of type ${algorithm.name}`, true);
  }
}

async function ed25519Holds(point, signature, message) {
  const key = await imported("raw", point, { name: "Ed25519" }, true);
  return signature.length === 64 && crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

/** The key in *blob*: how to check with it, and the FIDO application that it is bound to, if any. */
function loadKey(blob) {
  const wire = new Wire(blob);
  const kind = latin1(wire.string());
  const plain = kind.replace(/^sk-/, "").replace(/@openssh\.com$/, "");
  const curve = Object.hasOwn(CURVES, plain.slice(11)) ? CURVES[plain.slice(11)] : null;
  let check;
  if (plain === "ssh-ed25519") check = ed25519Key(wire.string(), kind);
  else if (plain.startsWith("ecdsa-sha2-") && curve) check = ecdsaKey(wire, plain.slice(11), kind);
  else if (kind === "ssh-rsa") check = rsaKey(wire.mpint(), wire.mpint());
  else throw badSignature("a key of a type that is not accepted", "bad-key");
  const application = kind.startsWith("sk-") ? wire.string() : null;
  wire.end();
  return { check, application };
}

function ed25519Key(point, kind) {
  if (!usablePoint(point)) throw badSignature("an Ed25519 key of small order, or none", "bad-key");
  return async (algorithm, value, message) => algorithm === kind && ed25519Holds(point, value, message);
}

/** RFC 5656: the signature is two integers; WebCrypto wants both at the curve's full width. */
function ecdsaKey(wire, name, kind) {
  const curve = CURVES[name];
  if (latin1(wire.string()) !== name) throw badSignature("a curve that is not the key type's", "bad-key");
  const point = wire.string();
  if (point.length !== 2 * curve.size + 1 || point[0] !== 4) throw badSignature("not a point of the curve", "bad-key");
  return async (algorithm, value, message) => {
    const inner = new Wire(value);
    const numbers = [inner.mpint(), inner.mpint()];
    inner.end();
    if (algorithm !== kind || numbers.some((number) => number.length > curve.size)) return false;
    const wide = numbers.map((number) => joined(new Uint8Array(curve.size - number.length), number));
    const key = await imported("raw", point, { name: "ECDSA", namedCurve: curve.name }, true);
    return crypto.subtle.verify({ name: "ECDSA", hash: curve.hash }, key, joined(...wide), message);
  };
}

function rsaKey(exponent, modulus) {
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < 3072 || bits > 16384) throw badSignature(`an RSA key of ${bits} bits; 3072 are needed`, "bad-key");
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0);
  if (exponent.length > 5 || value < 3 || value >= 2 ** 33) {
    throw badSignature("an RSA exponent that no honest key has", "bad-key");
  }
  const material = { kty: "RSA", n: urlsafe(modulus), e: urlsafe(exponent) };
  const hashes = { "rsa-sha2-256": "SHA-256", "rsa-sha2-512": "SHA-512" };
  return async (algorithm, signature, message) => {
    if (!Object.hasOwn(hashes, algorithm)) return false;
    const how = { name: "RSASSA-PKCS1-v1_5", hash: hashes[algorithm] };
    const key = await imported("jwk", material, how, false);
    return crypto.subtle.verify(how, key, signature, message);
  };
}

/** What is in the armour, if it is exactly what ssh-keygen writes; nothing in it is believed yet. */
function parseArmour(bytes) {
  const text = latin1(bytes.subarray(0, MAX_SIGNATURE + 1));
  const odd = badSignature("not one armoured signature as ssh-keygen writes it", "signature-not-canonical");
  if (text.length > MAX_SIGNATURE || !text.startsWith(ARMOUR_BEGIN) || !text.endsWith(ARMOUR_END)) throw odd;
  const raw = unbase64(text.slice(ARMOUR_BEGIN.length, -ARMOUR_END.length).replaceAll("\n", ""));
  if (raw === null) throw odd;
  const lines = (base64(raw).match(/.{1,70}/g) ?? []).map((line) => `${line}\n`);
  if (text !== ARMOUR_BEGIN + lines.join("") + ARMOUR_END) throw odd;
  const wire = new Wire(raw);
  if (latin1(wire.take(6)) !== "SSHSIG" || wire.number() !== 1) throw badSignature("not version 1 of SSHSIG");
  const [key, namespace, reserved, hash, blob] = [1, 2, 3, 4, 5].map(() => wire.string());
  wire.end();
  const hashName = latin1(hash);
  if (reserved.length || !["sha256", "sha512"].includes(hashName)) {
    throw badSignature("a reserved field that is used, or a hash that is not allowed");
  }
  if (namespace.some((byte) => byte > 0x7f)) throw badSignature("a namespace that is not ASCII");
  return { key, namespace: latin1(namespace), hash: hashName, blob };
}

/**
 * Verify the armoured *signature* over *message*, made for *namespace*; whose key it is comes later.
 * @returns {Promise<string>} the key in base64, as it stands in an authorized_keys line
 */
async function verifySsh(signature, message, namespace) {
  const parsed = parseArmour(signature);
  if (parsed.namespace !== namespace) {
    throw badSignature(`made for ${parsed.namespace}, not for ${namespace}`, "namespace");
  }
  const digest = await hashed(parsed.hash === "sha256" ? "SHA-256" : "SHA-512", message);
  const parts = [ascii(namespace), new Uint8Array(), ascii(parsed.hash), digest].map(string32);
  let signed = joined(ascii("SSHSIG"), ...parts);
  const key = asBadKey(() => loadKey(parsed.key));
  const wire = new Wire(parsed.blob);
  const [algorithm, value] = [latin1(wire.string()), wire.string()];
  if (key.application !== null) {
    const extra = wire.take(5); // flags and counter (PROTOCOL.u2f)
    if (!(extra[0] & 1)) throw badSignature("the hardware key was not touched", "touch-missing");
    signed = joined(await sha256(key.application), extra, await sha256(signed));
  }
  wire.end();
  const holds = await key.check(algorithm, value, signed);
  if (holds !== true) throw badSignature("the signature does not match these bytes");
  return base64(parsed.key);
}

function asBadKey(load) {
  try {
    return load();
  } catch (error) {
    if (error instanceof Fault && !error.cannot) throw badSignature(error.what, "bad-key");
    throw error;
  }
}

/** The key's fingerprint as `ssh-keygen -l` prints it. */
async function fingerprint(key) {
  return `SHA256:${base64(await sha256(unbase64(key))).replace(/=+$/, "")}`;
}
