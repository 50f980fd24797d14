#!/usr/bin/env python3
"""Verify this package with Python's standard library alone: no network, nothing installed.

    python3 verify.py [GENESIS_SHA256]

Prints PASS, FAIL or CANNOT VERIFY for each claim. Exit 0: all hold; 3: one does not; 4: cannot say.
It is a cross-check: roles, quorum, expiry and replay are judged by `cognify verify` alone.
"""

import base64
import hashlib
import json
import os
import re
import struct
import sys

CONDITION = "condition-unacknowledged"
HERE = os.path.dirname(os.path.abspath(__file__))
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
# SEC 2: prime, a, b, order, generator.
CURVES = {
    b"nistp256": (
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        "sha256",
    ),
    b"nistp384": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        -3,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        "sha384",
    ),
    b"nistp521": (
        2**521 - 1,
        -3,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
        0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
        "sha512",
    ),
}


class Fault(Exception):
    """A claim that does not hold."""


class Unjudged(Exception):
    """A claim that cannot be judged here."""


def read(path):
    with open(os.path.join(HERE, *path.split("/")), "rb") as file:
        return file.read()


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


def require(condition, what):
    if not condition:
        raise Fault(what)


# ---- signatures -------------------------------------------------------------------------------


def _recover_x(y, sign):
    require(y < PRIME, "a point that is not canonical")
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    require((x * x - square) % PRIME == 0 and (x or not sign), "not a point of the curve")
    return PRIME - x if x & 1 != sign else x


def _point(raw):
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return (x, y, 1, x * y % PRIME)


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def _times(scalar, p):
    q = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            q = _add(q, p)
        p, scalar = _add(p, p), scalar >> 1
    return q


def ed25519(public, signature, message):
    """RFC 8032 section 5.1.7."""
    require(len(public) == 32 and len(signature) == 64, "an Ed25519 key or signature of the wrong size")
    base_y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
    base = _point((base_y).to_bytes(32, "little"))
    key, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    require(s < ORDER, "a signature that is not canonical")
    eight = _times(8, key)
    require(eight[0] % PRIME or (eight[1] - eight[2]) % PRIME, "a key of small order")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(s, base), _add(r, _times(h, key))
    same = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def ecdsa(curve, point, r, s, message):
    """FIPS 186-5 section 6.4.2."""
    p, a, b, n, gx, gy, name = CURVES[curve]
    size = (p.bit_length() + 7) // 8
    require(len(point) == 2 * size + 1 and point[0] == 4, "not an uncompressed point")
    x, y = int.from_bytes(point[1 : size + 1], "big"), int.from_bytes(point[size + 1 :], "big")
    require(x < p and y < p and (y * y - x * x * x - a * x - b) % p == 0, "not a point of the curve")
    require(0 < r < n and 0 < s < n, "a signature out of range")

    def add(one, other):
        if one is None or other is None:
            return one or other
        if one[0] == other[0]:
            if (one[1] + other[1]) % p == 0:
                return None
            slope = (3 * one[0] * one[0] + a) * pow(2 * one[1], p - 2, p) % p
        else:
            slope = (other[1] - one[1]) * pow(other[0] - one[0], p - 2, p) % p
        new = (slope * slope - one[0] - other[0]) % p
        return new, (slope * (one[0] - new) - one[1]) % p

    def times(scalar, point):
        total = None
        while scalar:
            if scalar & 1:
                total = add(total, point)
            point, scalar = add(point, point), scalar >> 1
        return total

    digest = hashlib.new(name, message).digest()
    z = int.from_bytes(digest, "big") >> max(0, len(digest) * 8 - n.bit_length())
    w = pow(s, n - 2, n)
    total = add(times(z * w % n, (gx, gy)), times(r * w % n, (x, y)))
    return total is not None and total[0] % n == r


def rsa(exponent, modulus, signature, message, name):
    """RFC 8017 section 8.2.2, EMSA-PKCS1-v1_5."""
    require(modulus.bit_length() >= 3072, "an RSA key that is too short")
    prefix = {
        "sha256": "3031300d060960864801650304020105000420",
        "sha512": "3051300d060960864801650304020305000440",
    }
    size = (modulus.bit_length() + 7) // 8
    tail = bytes.fromhex(prefix[name]) + hashlib.new(name, message).digest()
    expected = b"\0\1" + b"\xff" * (size - len(tail) - 3) + b"\0" + tail
    number = int.from_bytes(signature, "big")
    return (
        len(signature) == size
        and number < modulus
        and pow(number, exponent, modulus).to_bytes(size, "big") == expected
    )


class Wire:
    """The SSH wire format (RFC 4251 section 5)."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, length):
        require(length <= len(self.raw) - self.at, "truncated")
        self.at += length
        return self.raw[self.at - length : self.at]

    def string(self):
        return self.take(struct.unpack(">I", self.take(4))[0])

    def number(self):
        return int.from_bytes(self.string(), "big")


def sshsig(armour, message, namespace):
    """Verify an SSHSIG (OpenSSH PROTOCOL.sshsig); returns the key in base64."""
    body = re.fullmatch(
        rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n", armour
    )
    require(body, "not one armoured signature")
    wire = Wire(base64.b64decode(body[1].replace(b"\n", b"")))
    require(wire.take(6) == b"SSHSIG" and wire.take(4) == b"\0\0\0\1", "not SSHSIG version 1")
    key, space, _, name, blob = (wire.string() for _ in range(5))
    require(space == namespace.encode(), "a signature for another purpose")
    require(name in (b"sha256", b"sha512"), "a weak hash")
    digest = hashlib.new(name.decode(), message).digest()
    parts = (space, b"", name, digest)
    signed = b"SSHSIG" + b"".join(struct.pack(">I", len(part)) + part for part in parts)
    require(_holds(key, blob, signed), "the signature does not match")
    return base64.b64encode(key).decode()


def fingerprint(key):
    """What `ssh-keygen -l` prints of a key in base64."""
    digest = hashlib.sha256(base64.b64decode(key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _holds(key, blob, signed):
    wire, signature = Wire(key), Wire(blob)
    kind, algorithm, value = wire.string(), signature.string(), signature.string()
    if kind.startswith(b"sk-"):
        material = [wire.string() for _ in range(3 if b"ecdsa" in kind else 2)]
        extra = signature.take(5)
        require(extra[0] & 1, "the hardware key was not touched")
        signed = hashlib.sha256(material[-1]).digest() + extra + hashlib.sha256(signed).digest()
        wire = Wire(b"".join(struct.pack(">I", len(part)) + part for part in material[:-1]))
    if b"ed25519" in kind:
        return algorithm == kind and ed25519(wire.string(), value, signed)
    if b"ecdsa" in kind:
        curve, point, inner = wire.string(), wire.string(), Wire(value)
        return algorithm == kind and ecdsa(curve, point, inner.number(), inner.number(), signed)
    require(kind == b"ssh-rsa" and algorithm in (b"rsa-sha2-256", b"rsa-sha2-512"), "a key of unknown kind")
    return rsa(
        wire.number(), wire.number(), value, signed, "sha256" if algorithm.endswith(b"256") else "sha512"
    )


# ---- the claims --------------------------------------------------------------------------------


def claim_files():
    listed = {}
    raw = read("CHECKSUMS.sha256").decode()
    for line in raw.split("\n")[:-1]:
        digest, _, name = line.partition("  ")
        require(name not in listed, name + " is listed twice")
        listed[name] = digest
    here = set()
    for folder, folders, names in os.walk(HERE):
        for name in folders + names:
            path = os.path.join(folder, name)
            require(not os.path.islink(path), path + " is a link")
            if os.path.isfile(path):
                here.add(os.path.relpath(path, HERE).replace(os.sep, "/"))
    here.discard("CHECKSUMS.sha256")
    odd = sorted(here ^ set(listed))
    require(not odd, "not listed, or listed and missing: " + ", ".join(odd[:3]))
    for name, digest in listed.items():
        require(sha256(read(name)) == digest, name + " was changed")
    require(
        raw == "".join("%s  %s\n" % (listed[name], name) for name in sorted(listed)),
        "another list of checksums",
    )
    return "%d files, each with its checksum" % len(listed)


def merkle(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + merkle(leaves[:split]) + merkle(leaves[split:])).digest()


def exact(text):
    """The bytes that *text* is base64 of, in its one spelling: base64 has bits that it throws away."""
    raw = base64.b64decode(text)
    require(base64.b64encode(raw).decode() == text, "not canonical base64")
    return raw


def claim_log():
    lines = read("log/leaves").split(b"\n")
    require(lines.pop() == b"", "the last leaf has no newline")
    previous = "0" * 64
    for number, line in enumerate(lines):
        leaf = json.loads(line)
        require(leaf["prev"] == previous and leaf["seq"] == number, "the chain breaks at %d" % number)
        previous = sha256(line)
    text, _, tail = read("log/checkpoint").decode().rpartition("\n\n")
    origin, size, root = text.split("\n")
    require(int(size) == len(lines), "the checkpoint is over %s leaves" % size)
    require(
        merkle([hashlib.sha256(b"\0" + line).digest() for line in lines]) == exact(root),
        "another root",
    )
    name, key_hash, key = read("inventory/trust/log.vkey").decode().strip().split("+", 2)
    require(name == origin, "a checkpoint of another log")
    mine = [exact(line.split(" ")[2]) for line in tail.splitlines() if line.split(" ")[1] == name]
    mine = [blob for blob in mine if blob[:4].hex() == key_hash]
    require(mine, "not signed by the log's key")
    public = exact(key)[1:]
    require(
        all(ed25519(public, blob[4:], (text + "\n").encode()) for blob in mine), "the signature does not hold"
    )
    return "%d leaves in one chain under the signed root" % len(lines)


def digests():
    return {json.loads(line)["sha256"] for line in read("log/leaves").splitlines()}


def under(prefix, ending):
    found = []
    for folder, _, names in os.walk(os.path.join(HERE, *prefix.split("/"))):
        found += [os.path.relpath(os.path.join(folder, name), HERE).replace(os.sep, "/") for name in names]
    return sorted(path for path in found if path.endswith(ending))


BUNDLE = ".sigstore.json"


def statements(prefix):
    """Every statement under the folder, without the bundles beside some of them."""
    found = [path for path in under(prefix, ".json") if "/statements/" in path]
    alone = [path for path in found if path.endswith(BUNDLE) and path[: -len(BUNDLE)] not in found]
    require(not alone, "a bundle beside no statement: " + ", ".join(alone))
    return [path for path in found if not path.endswith(BUNDLE)]


def by_login(path):
    return os.path.exists(os.path.join(HERE, *(path + BUNDLE).split("/")))


def claim_genesis(given):
    paths = [path for path in statements("inventory/statements") if "/genesis." in path]
    require(len(paths) == 1, "%d genesis statements" % len(paths))
    raw = read(paths[0])
    first = json.loads(read("log/leaves").split(b"\n")[0])
    require(first["sha256"] == sha256(raw), "the log does not begin with it")
    genesis = json.loads(raw)
    require(
        genesis["subject"][0]["digest"]["sha256"] == sha256(read("inventory/policy/0001.yaml")),
        "another policy",
    )
    trust = genesis["predicate"]["trust"]
    require({"trust/log.vkey", "trust/allowed_signers"} <= set(trust), "it does not bind the keys")
    for path, digest in trust.items():
        require(sha256(read("inventory/" + path)) == digest, "it binds another " + path)
    require(given in (None, sha256(raw)), sha256(raw) + " is not the one that you gave")
    for number in range(2, len(under("inventory/policy", ".yaml")) + 1):
        follows(number)
    return sha256(raw)


def signers_file(number):
    return "inventory/trust/allowed_signers" + ("" if number == 1 else ".%04d" % number)


def follows(number):
    """Policy *number* follows the one before it, binds its keys, and somebody put it in force."""
    policy = read("inventory/policy/%04d.yaml" % number)
    text, before = policy.decode(), sha256(read("inventory/policy/%04d.yaml" % (number - 1)))
    require('previous: {sha256: "%s"}' % before in text, "policy %d does not follow the one before" % number)
    require('"%s"' % sha256(read(signers_file(number))) in text, "policy %d binds other keys" % number)
    updates = [path for path in statements("inventory/statements") if "/policy.update." in path]
    about = [json.loads(read(path))["subject"][0]["digest"]["sha256"] for path in updates]
    require(sha256(policy) in about, "nobody stated that policy %d is in force" % number)


def signers(number):
    """Key to person, as policy *number* lists them."""
    policy = read("inventory/policy/%04d.yaml" % number).decode()
    people = {}
    for line in read(signers_file(number)).decode().splitlines():
        if not line.startswith("#"):
            person, _, kind, key = line.split(" ")[:4]
            require(kind + " " + key in policy, "allowed_signers holds a key that the policy does not")
            people[key] = person
    return people


AUTOMATION = ("seal", "heartbeat", "control.snapshot")


def claim_statements():
    policies = {n: signers(n) for n in range(1, len(under("inventory/policy", ".yaml")) + 1)}
    about = [json.loads(line) for line in read("log/leaves").splitlines()]
    about = [leaf for leaf in about if leaf["record"] == "inventory" and leaf["kind"] not in AUTOMATION]
    # By digest: counting alone would take a copy for another.
    here = {sha256(read(path)) for path in statements("inventory/statements")}
    require({leaf["sha256"] for leaf in about} == here, "one about the inventory is missing")
    if any(leaf["kind"] == "key.compromise" for leaf in about):
        raise Unjudged("a key was declared compromised; `cognify verify` judges what that undoes")
    known, count, logins = digests(), 0, 0
    for path in statements("inventory"):
        raw = read(path)
        predicate = json.loads(raw)["predicate"]
        require(sha256(raw) in known, path + " is not in the log")
        name = "%s.%s.%s.json" % (predicate["kind"], predicate["person"], sha256(raw)[:8])
        require(path.endswith("/" + name), path + " bears the name of another")
        plain = "conditions" not in predicate or predicate["kind"] in ("signoff.approve", "finding.explain")
        require(plain, path + " is stated on a condition, which nobody could take on")
        if by_login(path):
            require(not os.path.exists(os.path.join(HERE, path + ".sig")), "two signatures beside " + path)
            logins += 1
            continue
        key = sshsig(read(path + ".sig"), raw, predicate["kind"] + ".v1@cognify.dev")
        people = policies[predicate["policy"]["version"]]
        require(people.get(key) == predicate["person"], path + " was signed by someone else")
        require(fingerprint(key) == predicate["signer"], path + " names another key than signed it")
        count += 1
    said = "%d, each in the log and signed by the person it names" % count
    if logins:
        raise Unjudged(said + "; %d signed by Sigstore logins, not judged here" % logins)
    return said


def reports(here):
    """What the monitoring reports among *here* state, each of which lies there whole as it was signed."""
    found, known = [], set()
    for statement in here.values():
        if statement["predicate"]["kind"] != "monitor.report":
            continue
        subject, said = statement["subject"][0], statement["predicate"]
        path = "inventory/" + subject["name"]
        about = "monitoring/%s/%s/" % (said["model"], said["version"])
        require(subject["name"].startswith(about), subject["name"] + " is about another version")
        raw, folder = read(path), path.rpartition("/")[0]
        require(sha256(raw) == subject["digest"]["sha256"], path + " is not the report that was signed")
        known.add(path)
        for line in raw.decode().splitlines():
            digest, _, name = line.partition("  ")
            require(sha256(read(folder + "/" + name)) == digest, folder + "/" + name + " was changed")
            known.add(folder + "/" + name)
        found.append(statement["predicate"])
    odd = ", ".join(sorted(set(under("inventory/monitoring", "")) ^ known)[:3])
    require(not odd, odd + " lies there, and nobody signed it")
    return found


def claim_record():
    sealed, known = {}, digests()
    for path in under("log/statements", ".json"):
        raw = read(path)
        require(sha256(raw) in known, path + " is not in the log")
        for entry in json.loads(raw)["predicate"].get("sealed", ()):
            sealed[entry["digest"]] = set(entry["heads"])
    said = []
    for path in under("inventory/models", "/MANIFEST.sha256"):
        folder, raw = path.rpartition("/")[0], read(path)
        require(sha256(raw) in sealed, "the log did not seal " + folder)
        listed = {path}
        for line in raw.decode().splitlines():
            digest, _, name = line.partition("  ")
            require(sha256(read(folder + "/" + name)) == digest, folder + "/" + name + " was changed")
            listed.add(folder + "/" + name)
        beside = {
            name for name in under("inventory/models", "") if not name.startswith(folder + "/statements/")
        }
        odd = ", ".join(sorted(beside ^ listed)[:3])
        require(not odd, odd + " lies there, and was not sealed")
        contributors, approvers, unjudged, proposers = set(), set(), set(), set()
        conditional, taken = {}, []
        here = {}
        for name in statements(folder + "/statements"):
            digest = sha256(read(name))
            here[digest] = json.loads(read(name))
            if by_login(name):
                unjudged.add(digest)
        require(sealed[sha256(raw)] <= set(here), "a statement that the seal names is missing")
        records = {statement["predicate"]["record"] for statement in here.values()}
        leaves = [json.loads(line) for line in read("log/leaves").splitlines()]
        about = {leaf["sha256"] for leaf in leaves if leaf["record"] in records}
        require(len(records) == 1 and about == set(here), "a statement about " + folder + " is missing")
        for digest, statement in here.items():
            predicate, same = (
                statement["predicate"],
                statement["subject"][0]["digest"]["sha256"] == sha256(raw),
            )
            if predicate["kind"] == "record.propose":
                proposers.add(predicate["person"])
                contributors |= {predicate["person"]} | {c["person"] for c in predicate["contributors"]}
            elif predicate["kind"] == "run.record":
                contributors.add(predicate["person"])
            elif predicate["kind"] == "finding.explain" and same and predicate["finding"]["id"] == CONDITION:
                taken.append(predicate)
            elif predicate["kind"] == "signoff.approve" and same:
                if "conditions" in predicate:
                    conditional[digest] = predicate["person"]
                approvers.add(predicate["person"] + (" (login not judged)" if digest in unjudged else ""))
        require(approvers, "nobody approved these bytes")
        for predicate in taken:
            if {predicate["person"]} == proposers and not {"conditions", "expires"} & set(predicate):
                for digest in predicate.get("parents", ()):
                    conditional.pop(digest, None)
        names = ", ".join(sorted(conditional.values()))
        require(
            len(conditional) < sum(1 for s in here.values() if s["predicate"]["kind"] == "signoff.approve"),
            "every approval is on a condition that nobody acknowledged: " + names,
        )
        if conditional:
            raise Unjudged("approved on a condition that nobody acknowledged: " + names)
        said.append("%s sha256:%s, signed off by %s" % (folder, sha256(raw), ", ".join(sorted(approvers))))
        said += ["%s, as reported: %s to %s" % (r["outcome"], r["from"], r["to"]) for r in reports(here)]
        both = {name.split(" ")[0] for name in approvers} & contributors
        if both:
            said.append("NOT INDEPENDENT: %s contributed and approved" % ", ".join(sorted(both)))
    require(said, "there is no record in this package")
    return "; ".join(said)


def main():
    given = sys.argv[1] if len(sys.argv) > 1 else None
    if given is not None and not re.match(r"[0-9a-f]{64}\Z", given):
        print(__doc__.strip())
        return 2
    claims = (
        ("1 files", claim_files),
        ("2 log", claim_log),
        ("3 genesis", lambda: claim_genesis(given)),
        ("4 statements", claim_statements),
        ("5 record", claim_record),
    )
    unjudged = False
    for name, claim in claims:
        try:
            print("PASS  %s: %s" % (name, claim()))
        except Unjudged as what:
            unjudged = True
            print("CANNOT VERIFY  %s: %s" % (name, what))
        except Fault as fault:
            print("FAIL  %s: %s" % (name, fault))
            return 3
        except OSError as error:
            print("FAIL  %s: %s" % (name, error))
            return 3
        except (
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            struct.error,
            RecursionError,
        ) as error:
            print("FAIL  %s: malformed (%s)" % (name, type(error).__name__))
            return 3
    if unjudged:
        print("CANNOT VERIFY: what is not judged here is judged by: cognify verify PACKAGE.zip")
        return 4
    print("OK. Compare the genesis digest above with one that you got by other means.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
