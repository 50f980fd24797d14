#!/bin/sh
# Verify this package with stock tools: sh, awk, sha256sum, ssh-keygen, openssl. No network.
#   sh verify.sh                 everything in this folder holds together
#   sh verify.sh GENESIS_SHA256  ... and it is of the inventory that you were told about
# Exit 0: every claim below holds. Exit 3: one does not. Exit 4: a tool is missing, or a statement is
# signed by a Sigstore login, which is not judged here.
# It is a cross-check: roles, quorum and replay are judged by `cognify verify` alone.
set -u
LC_ALL=C; export LC_ALL
cd "$(dirname "$0")" || exit 4
for tool in awk sha256sum ssh-keygen openssl base64 od; do
  command -v "$tool" >/dev/null 2>&1 || { echo "CANNOT VERIFY: $tool is not installed"; exit 4; }
done
tmp=$(mktemp -d) || exit 4
trap 'rm -rf "$tmp"' EXIT
fail() { echo "FAIL  $*"; exit 3; }
pass() { echo "PASS  $*"; }
sha256() { sha256sum | cut -d' ' -f1; }
binary() { openssl dgst -sha256 -binary; }
hex() { od -An -tx1 -v | tr -d ' \n'; }
# Hex to bytes by octal escapes: the only ones that every printf knows.
unhex() { printf "$(printf '%s' "$1" | awk '{ d = "0123456789abcdef"
  for (i = 1; i < length($0); i += 2) { n = 16 * (index(d, substr($0, i, 1)) - 1) + index(d, substr($0, i + 1, 1)) - 1
    printf "\\%03o", n } }')"; }
# The keys of a policy version (four digits), as ssh-keygen reads them.
signers_of() { case $1 in 0001) echo inventory/trust/allowed_signers ;; *) echo "inventory/trust/allowed_signers.$1" ;; esac; }
# Whether each leaf on stdin has its statement in the folder $1: counting alone would take a copy for another.
stated_in() { sed -n 's/.*"sha256":"\([0-9a-f]*\)".*/\1/p' | while read -r leaf; do
  grep -qxF "$leaf  $1" "$tmp/here" || exit 1
done; }
field() { sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' "$2" | head -n 1; }

# 1. Every file is here with the bytes that were packed, and no other file is.
sha256sum --check --strict --quiet CHECKSUMS.sha256 2>/dev/null || fail "1 files: a checksum does not match"
listed=$(cut -c67- CHECKSUMS.sha256 | sort)
here=$(find . -type f ! -name CHECKSUMS.sha256 | cut -c3- | sort)
[ "$listed" = "$here" ] || fail "1 files: a file is missing, or one is here that is not listed"
[ -z "$(find . -type l)" ] || fail "1 files: a link"
pass "1 files: $(echo "$listed" | wc -l | tr -d ' ') files, each with its checksum"

# 2. The log: a hash chain, one RFC 6962 root, and the log key's signature over it.
previous=$(printf '%064d' 0); seq=0; stack=
node() { { printf '\001'; unhex "$1"; unhex "$2"; } | binary | hex; }
while IFS= read -r line; do
  case $line in *"\"prev\":\"$previous\""*"\"seq\":$seq,"*) ;; *) fail "2 log: the chain breaks at $seq" ;; esac
  previous=$(printf '%s' "$line" | sha256)
  digest=$({ printf '\000'; printf '%s' "$line"; } | binary | hex); level=0
  while :; do
    case $stack in
      "$level:"*) top=${stack%% *}; stack=${stack#* }; digest=$(node "${top#*:}" "$digest"); level=$((level + 1)) ;;
      *) break ;;
    esac
  done
  stack="$level:$digest $stack"; seq=$((seq + 1))
done < log/leaves
root=
for entry in $stack; do
  if [ -z "$root" ]; then root=${entry#*:}; else root=$(node "${entry#*:}" "$root"); fi
done
[ "$seq" = "$(sed -n 2p log/checkpoint)" ] || fail "2 log: $seq leaves, the checkpoint says another number"
[ "$root" = "$(sed -n 3p log/checkpoint | base64 -d | hex)" ] || fail "2 log: the root is another one"
[ "$(sed -n 1p log/checkpoint)" = "$(cut -d+ -f1 inventory/trust/log.vkey)" ] || fail "2 log: a checkpoint of another log"
sed -n 1,3p log/checkpoint > "$tmp/text"
name=$(cut -d+ -f1 inventory/trust/log.vkey); keyhash=$(cut -d+ -f2 inventory/trust/log.vkey)
sed -n '5,$p' log/checkpoint | while read -r _ signer blob; do
  printf '%s' "$blob" | base64 -d > "$tmp/blob" 2>/dev/null
  # One spelling: base64 has bits that it throws away.
  [ "$(base64 < "$tmp/blob" | tr -d '\n')" = "$blob" ] || { echo "$blob" > "$tmp/odd"; continue; }
  if [ "$signer" = "$name" ] && [ "$(head -c 4 "$tmp/blob" | hex)" = "$keyhash" ]; then
    tail -c 64 "$tmp/blob" > "$tmp/signature"
  fi
done
[ ! -e "$tmp/odd" ] || fail "2 log: a signature that is not canonical base64"
[ -s "$tmp/signature" ] || fail "2 log: not signed by the log's key"
{ unhex 302a300506032b6570032100; cut -d+ -f3- inventory/trust/log.vkey | base64 -d | tail -c 32; } > "$tmp/key"
openssl pkeyutl -verify -pubin -inkey "$tmp/key" -keyform DER -rawin -in "$tmp/text" -sigfile "$tmp/signature" \
  >/dev/null 2>&1 || fail "2 log: the checkpoint's signature does not hold"
pass "2 log: $seq leaves in one chain under the signed root"

# 3. Genesis: it binds the policy and the log's key, and the log begins with it.
genesis=$(ls inventory/statements/genesis.*.json | grep -v '\.sigstore\.json$') || fail "3 genesis: it is missing"
genesis_sha=$(sha256 < "$genesis")
head -n 1 log/leaves | grep -q "\"sha256\":\"$genesis_sha\"" || fail "3 genesis: the log does not begin with it"
for file in policy/0001.yaml trust/log.vkey trust/allowed_signers; do
  grep -q "\"$(sha256 < "inventory/$file")\"" "$genesis" || fail "3 genesis: it binds another $file"
done
for policy in inventory/policy/*.yaml; do
  number=$(basename "$policy" .yaml); signers=$(signers_of "$number")
  grep -v '^#' "$signers" | while read -r _ _ type key; do
    grep -qF "$type $key" "$policy" || exit 1
  done || fail "3 genesis: $signers holds a key that its policy does not"
  [ "$number" = 0001 ] && continue
  before=$(printf '%04d' $(($(echo "$number" | sed 's/^0*//') - 1)))
  grep -q "previous: *{sha256: \"$(sha256 < "inventory/policy/$before.yaml")\"}" "$policy" ||
    fail "3 genesis: policy $number does not follow the one before it"
  grep -q "\"$(sha256 < "$signers")\"" "$policy" || fail "3 genesis: policy $number binds another $signers"
  cat inventory/statements/policy.update.*.json 2>/dev/null | grep -q "\"$(sha256 < "$policy")\"" ||
    fail "3 genesis: nobody stated that policy $number is in force"
done
if [ $# -gt 0 ] && [ "$1" != "$genesis_sha" ]; then fail "3 genesis: $genesis_sha, not the one you were given"; fi
pass "3 genesis: $genesis_sha"

# 4. Every statement: in the log, and signed by the person whom it names, for what it says.
count=0; logins=0; waiting=
for file in inventory/statements/*.json inventory/models/*/*/statements/*.json; do
  [ -e "$file" ] || continue
  case $file in *.sigstore.json) [ -e "${file%.sigstore.json}" ] || fail "4 statements: $file is beside none"; continue ;; esac
  kind=$(field kind "$file"); person=$(field person "$file"); digest=$(sha256 < "$file")
  grep -q "\"sha256\":\"$digest\"" log/leaves || fail "4 statements: $file is not in the log"
  [ "${file##*/}" = "$kind.$person.$(printf '%.8s' "$digest").json" ] || fail "4 statements: $file bears the name of another"
  echo "$digest  $(dirname "$file")" >> "$tmp/here"
  case $kind in signoff.approve | finding.explain) ;; *)
    ! grep -q '"conditions":\[' "$file" || fail "4 statements: $file is stated on a condition, which nobody could take on" ;;
  esac
  if [ -e "$file.sigstore.json" ]; then
    [ ! -e "$file.sig" ] || fail "4 statements: two signatures beside $file"
    logins=$((logins + 1)); continue
  fi
  cited=$(sed -n 's/.*"policy":{"sha256":"[0-9a-f]*","version":\([0-9]*\)}.*/\1/p' "$file" | head -n 1)
  good=$(ssh-keygen -Y verify -f "$(signers_of "$(printf '%04d' "$cited")")" -I "$person" -n "$kind.v1@cognify.dev" \
    -s "$file.sig" < "$file" 2>/dev/null) || fail "4 statements: the signature of $file does not hold"
  case $good in *" key $(field signer "$file")") ;; *) fail "4 statements: $file names another key than signed it" ;; esac
  count=$((count + 1))
done
grep '"record":"inventory"' log/leaves | grep -v '"kind":"\(seal\|heartbeat\|control.snapshot\)"' |
  stated_in inventory/statements || fail "4 statements: one about the inventory is missing"
if grep -q '"kind":"key.compromise"' log/leaves; then
  echo "CANNOT VERIFY  4 statements: a key was declared compromised; \`cognify verify\` judges what that undoes"; exit 4
fi
pass "4 statements: $count, each in the log and signed by the person it names"
[ "$logins" = 0 ] || echo "CANNOT VERIFY  4 statements: $logins, in the log and signed by logins"

# 5. The record: its files are the ones in the manifest, and the manifest is what the log sealed.
for folder in inventory/models/*/*; do
  manifest=$folder/MANIFEST.sha256
  [ -e "$manifest" ] || fail "5 record: $folder has no manifest"
  (cd "$folder" && sha256sum --check --strict --quiet MANIFEST.sha256 2>/dev/null) || fail "5 record: $folder was changed"
  listed=$({ echo MANIFEST.sha256; cut -c67- "$manifest"; } | sort)
  here=$(find "$folder" -type f ! -path "$folder/statements/*" | cut -c$((${#folder} + 2))- | sort)
  [ "$listed" = "$here" ] || fail "5 record: a file lies in $folder that was not sealed"
  digest=$(sha256 < "$manifest"); sealed=
  for seal in log/statements/seal.*.json; do
    grep -q "\"sha256\":\"$(sha256 < "$seal")\"" log/leaves || fail "5 record: $seal is not in the log"
    if grep -q "\"digest\":\"$digest\"" "$seal"; then sealed=yes; fi
  done
  [ -n "$sealed" ] || fail "5 record: the log did not seal $folder"
  record=none; proposed=; proposer=
  for file in "$folder"/statements/*.json; do
    case $file in
      *.sigstore.json) continue ;;
      */record.propose.*) if grep -q "\"sha256\":\"$digest\"" "$file"; then proposed=yes; proposer="$proposer $(field person "$file")"; fi ;;
    esac
    [ "$record" = none ] || [ "$record" = "$(field record "$file")" ] || fail "5 record: $file is about another record"
    record=$(field record "$file")
  done
  [ -n "$proposed" ] || fail "5 record: nobody proposed $folder as it was sealed"
  grep "\"record\":\"$record\"" log/leaves | stated_in "$folder/statements" ||
    fail "5 record: a statement about $folder is missing"
  for file in "$folder"/statements/signoff.approve.*.json; do
    case $file in *.sigstore.json) continue ;; esac
    grep -q '"conditions":\[' "$file" || continue
    heard=
    for person in $proposer; do
      for taken in "$folder/statements/finding.explain.$person."*.json; do
        case $taken in *.sigstore.json) continue ;; esac
        if [ ! -e "$taken" ] || ! grep -q '"finding":{"id":"condition-unacknowledged",' "$taken" ||
          grep -q '"conditions":\[\|"expires":"' "$taken"; then continue; fi
        if grep -q "\"parents\":\[[^]]*\"$(sha256 < "$file")\"" "$taken"; then heard=yes; fi
      done
    done
    [ -n "$heard" ] || waiting="$waiting $(field person "$file")"
  done
  pass "5 record: $folder, sealed as sha256:$digest"
done
reported=
for file in inventory/models/*/*/statements/monitor.report.*.json; do
  case $file in *.sigstore.json) continue ;; esac
  [ -e "$file" ] || continue
  manifest=inventory/$(sed -n 's/.*"subject":\[{"digest":{"sha256":"[0-9a-f]*"},"name":"\(monitoring\/[A-Za-z0-9._/-]*\)"}\].*/\1/p' "$file")
  folder=${manifest%/MANIFEST.sha256}; about=${file#inventory/models/}; about=${about%/statements/*}
  case $manifest in inventory/monitoring/"$about"/*/MANIFEST.sha256) ;; *) fail "5 record: $file is about another version" ;; esac
  if [ ! -f "$manifest" ] || ! grep -q "{\"sha256\":\"$(sha256 < "$manifest")\"}" "$file"; then
    fail "5 record: the report of $file is not here as it was signed"
  fi
  (cd "$folder" && sha256sum --check --strict --quiet MANIFEST.sha256 2>/dev/null) || fail "5 record: $folder was changed"
  reported="$reported$manifest
$(cut -c67- "$manifest" | sed "s|^|$folder/|")
"
  pass "5 record: $folder, reported: $(sed -n 's/.*"outcome":"\([a-z]*\)".*/\1/p' "$file")"
done
here=; [ ! -d inventory/monitoring ] || here=$(find inventory/monitoring -type f | sort -u)
[ "$here" = "$(printf %s "$reported" | sort -u)" ] || fail "5 record: a file lies in inventory/monitoring that nobody signed"
[ -z "$waiting" ] || { echo "CANNOT VERIFY  5 record: approved on a condition that nobody acknowledged:$waiting"; exit 4; }
[ "$logins" = 0 ] || { echo "CANNOT VERIFY: what logins signed is judged by: cognify verify PACKAGE.zip"; exit 4; }
echo "OK. Compare the genesis digest above with one that you got by other means."
