// ---- JSON, strictly: no repair, no second reading, bounded depth and size ------------------------

const MAX_JSON = 4 * MIB;
const MAX_DEPTH = 64;
const MAX_VALUES = 250_000;
// RFC 7493 (I-JSON) section 2.1 forbids surrogates and noncharacters. Controls and the two Unicode line
// separators are refused besides: they move the text that a person believes to be signing.
const CONTROLS = String.raw`\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\p{Cs}\p{Noncharacter_Code_Point}`;
// What is read but not seen, or turns the reading direction (Trojan Source, CVE-2021-42574).
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e` +
  String.raw`\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`;
const UNFIT = new RegExp(`[${CONTROLS}${INVISIBLE}]`, "u");
const UNSEEN = new RegExp(`[${INVISIBLE}]`, "u");

/** Refuse *text* that holds a character which no record may hold. */
function refuseUnfit(text, where) {
  const found = UNFIT.exec(text);
  if (found) {
    const name = `U+${found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    if (UNSEEN.test(found[0])) throw new Fault("bidi-control", where, `invisible or direction-changing ${name}`);
    throw new Fault("json-charset", where, `the character ${name} has no place in a record`);
  }
  if (text !== text.normalize("NFC")) throw new Fault("not-nfc", where, "text that is not in Unicode normal form C");
}

/** RFC 8259 by recursive descent. Objects come without a prototype, so that no key means more than itself. */
class JsonReader {
  constructor(text, where) {
    Object.assign(this, { text, where, at: 0, values: 0 });
  }

  refuse(id, what) {
    throw new Fault(id, `${this.where}, character ${this.at + 1}`, what);
  }

  document() {
    const value = this.value(1);
    if (this.next()) this.refuse("json-syntax", "text after the end of the value");
    return value;
  }

  next() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
    return this.text[this.at];
  }

  took(mark) {
    if (this.next() !== mark) return false;
    this.at += 1;
    return true;
  }

  value(depth) {
    this.values += 1;
    if (this.values > MAX_VALUES) this.refuse("json-size", `more than ${MAX_VALUES} values`);
    const first = this.next();
    if (first === '"') return this.string();
    if (first !== "{" && first !== "[") return this.word();
    if (depth > MAX_DEPTH) this.refuse("json-depth", `nested deeper than ${MAX_DEPTH} levels`);
    this.at += 1;
    return first === "{" ? this.object(depth) : this.array(depth);
  }

  object(depth) {
    const members = Object.create(null);
    if (this.took("}")) return members;
    do {
      if (this.next() !== '"') this.refuse("json-syntax", "a key in double quotes belongs here");
      const key = this.string();
      if (key in members) this.refuse("json-dup-key", "a key that stands twice");
      if (!this.took(":")) this.refuse("json-syntax", "a colon belongs here");
      members[key] = this.value(depth + 1);
    } while (this.took(","));
    if (!this.took("}")) this.refuse("json-syntax", "a comma or } belongs here");
    return members;
  }

  array(depth) {
    const items = [];
    if (this.took("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.took(","));
    if (!this.took("]")) this.refuse("json-syntax", "a comma or ] belongs here");
    return items;
  }

  string() {
    const start = this.at;
    let end = start + 1;
    for (let code; (code = this.text.charCodeAt(end)) !== 0x22; end += code === 0x5c ? 2 : 1) {
      if (Number.isNaN(code)) this.refuse("json-syntax", "a string that is never closed");
      if (code < 0x20) this.refuse("json-charset", "a raw control character inside a string");
    }
    this.at = end + 1;
    const token = this.text.slice(start, this.at);
    if (!token.includes("\\")) return token.slice(1, -1);
    let said;
    try {
      said = JSON.parse(token);
    } catch {
      this.refuse("json-syntax", "an escape that JSON does not have");
    }
    if (said.includes("\r")) this.refuse("json-charset", "a carriage return inside a string");
    refuseUnfit(said, this.where);
    return said;
  }

  word() {
    const word = /[-+.0-9A-Za-z_]*/y;
    word.lastIndex = this.at;
    const [found] = word.exec(this.text);
    const named = { true: true, false: false, null: null };
    const whole = /^(?:0|-?[1-9][0-9]{0,15})$/.test(found) && Number.isSafeInteger(Number(found));
    if (!whole && !Object.hasOwn(named, found)) {
      if (/^[-+]?(?:[0-9.]|Infinity|NaN)/.test(found)) this.refuse("json-number", "not an integer within 2^53 - 1");
      this.refuse("json-syntax", "a value belongs here");
    }
    this.at += found.length;
    return whole ? Number(found) : named[found];
  }
}

function parseJson(bytes, where, max = MAX_JSON) {
  if (bytes.length > max) throw new Fault("json-size", where, `more than the ${max} bytes that are read`);
  const text = utf8(bytes);
  if (text === null) throw new Fault("json-charset", where, "not UTF-8");
  if (text.startsWith("\ufeff")) throw new Fault("json-charset", where, "a byte order mark");
  refuseUnfit(text, where);
  return [new JsonReader(text, where).document(), text];
}

/** The RFC 8785 text of *value*: keys by UTF-16 unit, no space, ECMAScript's escapes. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

/** The form in which Cognify writes machine files: keys by code point, one space of indent. */
function pretty(value, indent = "\n") {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent} `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((each) => pretty(each, inner))
    : Object.keys(value).sort(byCodePoint).map((key) => `${JSON.stringify(key)}: ${pretty(value[key], inner)}`);
  return parts.length ? `${open}${inner}${parts.join(`,${inner}`)}${indent}${close}` : `${open}${close}`;
}

/** The value of *bytes*, which are its one RFC 8785 spelling. */
function parseCanonical(bytes, where, max) {
  const [value, text] = parseJson(bytes, where, max);
  if (canonical(value) !== text) throw new Fault("not-jcs", where, "not the RFC 8785 form of what it says");
  return value;
}

/** The value of *bytes*, which are exactly what Cognify would write. */
function parsePretty(bytes, where) {
  const [value, text] = parseJson(bytes, where);
  if (`${pretty(value)}\n` !== text) throw new Fault("json-not-pretty", where, "not the form that Cognify writes");
  return value;
}
