#!/usr/bin/env bash
# Creates a certificate authority and the guard's serving certificate. Requires only openssl (1.1.1 or newer).
set -euo pipefail
umask 077
export LC_ALL=C
unset CDPATH

readonly ca_days=3650
readonly default_days=365

usage() {
  cat <<USAGE
Usage: make-certs.sh [options]

Creates a certificate authority (ca.crt, ca.key) and a serving certificate (tls.crt, tls.key) for the guard's Service.
You can run it again: valid files are kept, and the output reports it.

  --dir DIR          the directory of the files (default: ./certs)
  --days N           the lifetime of a new serving certificate in days (default: $default_days, at most $((ca_days - 1)))
  --service NAME     the name of the Service (default: admissionguard)
  --namespace NS     the namespace of the Service (default: admissionguard-system)
  --host NAME_OR_IP  an additional name or address in the certificate; repeatable
  --renew            issue a new serving certificate in any case
  --help             print this text

The certificate contains the names NAME.NS.svc, NAME.NS.svc.cluster.local, NAME.NS, localhost, 127.0.0.1, ::1 and every --host.
It is kept if it is signed by ca.crt, tls.key matches it, it has exactly these names, and more than a third of its
lifetime is left. Otherwise it is renewed, with a new key.

The lifetime of the certificate authority is $ca_days days. An expired one is issued again with its old key. To create
another one, move ca.crt and ca.key away. In both cases, publish it with set-ca-bundle.sh.

Exit status: 0 success, 1 failure, 2 invalid arguments.

Examples:
  make-certs.sh
  make-certs.sh --dir /tmp/certs --days 90
  make-certs.sh --host guard.example.org --host 192.0.2.7
  make-certs.sh --renew
USAGE
}

fail() {
  echo "make-certs.sh: $*" >&2
  exit 1
}

misuse() {
  echo "make-certs.sh: $* (see --help)" >&2
  exit 2
}

dir=./certs
days=$default_days
service=admissionguard
namespace=admissionguard-system
hosts=()
renew=no

while (($# > 0)); do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --renew)
      renew=yes
      shift
      continue
      ;;
    --dir | --days | --service | --namespace | --host) ;;
    *) misuse "unknown argument '$1'" ;;
  esac
  [[ -n ${2-} && ${2-} != --* ]] || misuse "$1 needs a value"
  case $1 in
    --dir) dir=$2 ;;
    --days) days=$2 ;;
    --service) service=$2 ;;
    --namespace) namespace=$2 ;;
    --host) hosts+=("$2") ;;
  esac
  shift 2
done

readonly label='[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?'

[[ $days =~ ^[1-9][0-9]{0,3}$ ]] && ((days < ca_days)) ||
  misuse "--days must be a whole number from 1 to $((ca_days - 1)), not '$days'"
[[ $service =~ ^$label$ ]] || misuse "--service must be a DNS label in lower case, not '$service'"
[[ $namespace =~ ^$label$ ]] || misuse "--namespace must be a DNS label in lower case, not '$namespace'"

# Prints one line of an openssl [names] section: "DNS.1 = a.example" or "IP.2 = 192.0.2.7".
name_line() {
  local number=$1 name=$2
  if [[ $name == *:* && $name =~ ^[0-9a-f:.]+$ ]]; then
    echo "IP.$number = $name" # openssl rejects an invalid IPv6 address
  elif [[ $name =~ ^([0-9]+\.)*[0-9]+$ ]]; then
    local octet='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
    [[ $name =~ ^$octet\.$octet\.$octet\.$octet$ ]] || return 1
    echo "IP.$number = $name"
  else
    ((${#name} <= 253)) && [[ $name =~ ^(\*\.)?$label(\.$label)*$ ]] || return 1
    echo "DNS.$number = $name"
  fi
}

name_lines=
number=0
seen=' '
for name in "$service.$namespace.svc" "$service.$namespace.svc.cluster.local" "$service.$namespace" \
  localhost 127.0.0.1 ::1 ${hosts[@]+"${hosts[@]}"}; do
  lower=$(tr '[:upper:]' '[:lower:]' <<<"$name")
  [[ $seen != *" $lower "* ]] || continue
  seen+="$lower "
  number=$((number + 1))
  line=$(name_line "$number" "$lower") ||
    misuse "--host must be a DNS name or an IP address, not '$name'"
  name_lines+=$line$'\n'
done

command -v openssl >/dev/null || fail "openssl was not found in PATH: install it (package 'openssl')"

mkdir -p -- "$dir" || fail "can't create the directory $dir"
absolute=$(cd -- "$dir" && pwd) || fail "can't open the directory $dir"
dir=$absolute
readonly ca_crt=$dir/ca.crt ca_key=$dir/ca.key tls_crt=$dir/tls.crt tls_key=$dir/tls.key

# In the same file system as the results, so that moving them into place is a rename.
work=$(mktemp -d "$dir/.make-certs.XXXXXX") || fail "can't write to $dir"
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Runs openssl quietly. If it fails, prints the operation and openssl's output.
run_openssl() {
  local doing=$1
  shift
  openssl "$@" >"$work/log" 2>&1 </dev/null || {
    cat "$work/log" >&2
    fail "openssl failed while $doing in $dir"
  }
}

new_key() { run_openssl "creating a key" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
  -pkeyopt ec_param_enc:named_curve -out "$1"; }

# The empty passphrase makes openssl fail on an encrypted key instead of asking.
public_half() { openssl pkey -in "$1" -passin pass: -pubout 2>/dev/null </dev/null; }
public_key() { openssl x509 -in "$1" -noout -pubkey 2>/dev/null; }
key_fits() { [[ "$(public_half "$2")" == "$(public_key "$1")" ]]; }
is_ca() { [[ "$(openssl x509 -in "$1" -noout -text)" == *CA:TRUE* ]]; }
lives_for() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null; }
last_day() { openssl x509 -in "$1" -noout -enddate | sed 's/^notAfter=//'; }

# Prints the alternative names of a certificate (x509) or a request (req) in openssl's format, one per line, sorted.
names() {
  openssl "$1" -in "$2" -noout -text |
    awk 'found { gsub(/, */, "\n"); gsub(/ /, ""); print; found = 0 } /Subject Alternative Name/ { found = 1 }' | sort -u
}

# Converts a date in openssl's format ("Nov  4 15:27:15 2026 GMT") to seconds since 1970. `date` parses such a text
# differently on every system.
epoch() {
  local month day time year before months=JanFebMarAprMayJunJulAugSepOctNovDec
  read -r month day time year _ <<<"$1"
  before=${months%%"$month"*}
  local m=$((${#before} / 3 + 1))
  # Years are counted from March, so that the leap day is the last day.
  local y=$((m > 2 ? year : year - 1)) shifted=$(((m + 9) % 12))
  local days=$((365 * y + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day - 719469))
  echo $((((days * 24 + 10#${time:0:2}) * 60 + 10#${time:3:2}) * 60 + 10#${time:6:2}))
}

seconds_of_life() {
  local from to
  from=$(openssl x509 -in "$1" -noout -startdate)
  to=$(openssl x509 -in "$1" -noout -enddate)
  echo $(($(epoch "${to#*=}") - $(epoch "${from#*=}")))
}

cat >"$work/ca.cnf" <<CONFIG
[req]
prompt = no
distinguished_name = subject
[subject]
CN = AdmissionGuard CA
[extensions]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CONFIG

cat >"$work/tls.cnf" <<CONFIG
[req]
prompt = no
distinguished_name = subject
req_extensions = wanted
[subject]
CN = $service
[wanted]
subjectAltName = @names
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = @names
[names]
$name_lines
CONFIG

# Always create the request first: it rejects an invalid address before anything is changed, and contains the requested
# names in openssl's format.
new_key "$work/tls.key"
if ! openssl req -new -sha256 -key "$work/tls.key" -config "$work/tls.cnf" -out "$work/tls.csr" \
  >"$work/log" 2>&1 </dev/null; then
  ! grep -qi 'bad ip address' "$work/log" || misuse "a --host is not an IP address: ${hosts[*]}"
  cat "$work/log" >&2
  fail "openssl failed while creating the certificate request in $dir"
fi

issue_ca() {
  local key=$ca_key
  if [[ ! -e $ca_key ]]; then
    key=$work/ca.key
    new_key "$key"
  fi
  run_openssl "creating the certificate authority" req -x509 -new -sha256 -key "$key" -passin pass: \
    -days "$ca_days" -config "$work/ca.cnf" -extensions extensions -out "$work/ca.crt"
  chmod 644 "$work/ca.crt"
  # The key first: the next run can continue with a key without a certificate, but not the reverse.
  [[ $key == "$ca_key" ]] || mv -f -- "$key" "$ca_key"
  mv -f -- "$work/ca.crt" "$ca_crt"
  echo "created $ca_crt, valid until $(last_day "$ca_crt"): $1"
}

if [[ -e $ca_key ]]; then
  [[ -n "$(public_half "$ca_key")" ]] ||
    fail "$ca_key is not a private key that can be read without a passphrase: replace it with the correct one, or move ca.crt and ca.key away to create a new certificate authority"
fi
if [[ -e $ca_crt ]]; then
  [[ -n "$(public_key "$ca_crt")" ]] && is_ca "$ca_crt" ||
    fail "$ca_crt is not the PEM certificate of a certificate authority: replace it with the correct one, or move ca.crt and ca.key away to create a new one"
  [[ ! -e $ca_key ]] || key_fits "$ca_crt" "$ca_key" ||
    fail "$ca_key does not match $ca_crt: replace it with the correct one, or move both away to create a new certificate authority"
  if lives_for "$ca_crt" 0; then
    echo "kept    $ca_crt, valid until $(last_day "$ca_crt")"
  else
    [[ -e $ca_key ]] || fail "$ca_crt has expired, and $ca_key was not found to issue it again"
    issue_ca "the previous one had expired; publish it with set-ca-bundle.sh"
  fi
else
  issue_ca "there was none"
fi

# Prints why the serving certificate must be renewed, or nothing if it can be kept.
why_renew() {
  if [[ $renew == yes ]]; then
    echo "--renew was given"
  elif [[ ! -e $tls_crt && ! -e $tls_key ]]; then
    echo "there was none"
  elif [[ ! -e $tls_crt || ! -e $tls_key ]]; then
    echo "there was no tls.crt or no tls.key"
  elif [[ -z "$(public_key "$tls_crt")" ]]; then
    echo "the previous one was not a PEM certificate"
  elif ! key_fits "$tls_crt" "$tls_key"; then
    echo "tls.key did not match the previous one"
  elif ! lives_for "$tls_crt" 0; then
    echo "the previous one had expired"
  elif ! openssl verify -CAfile "$ca_crt" -no-CApath -partial_chain -purpose sslserver "$tls_crt" >/dev/null 2>&1; then
    echo "the previous one was not a serving certificate signed by ca.crt"
  elif [[ "$(names x509 "$tls_crt")" != "$(names req "$work/tls.csr")" ]]; then
    echo "the previous one had other names"
  elif ! lives_for "$tls_crt" $(($(seconds_of_life "$tls_crt") / 3)); then
    echo "the previous one had at most a third of its lifetime left"
  fi
}

reason=$(why_renew)
if [[ -z $reason ]]; then
  chmod 600 "$tls_key"
  echo "kept    $tls_crt, valid until $(last_day "$tls_crt")"
else
  [[ -e $ca_key ]] || fail "$tls_crt must be renewed ($reason), and $ca_key was not found to sign it"
  lives_for "$ca_crt" $((days * 24 * 60 * 60)) ||
    fail "$ca_crt expires on $(last_day "$ca_crt"), before a serving certificate of $days days: use fewer --days, or move ca.crt and ca.key away to create a new certificate authority"
  run_openssl "signing the serving certificate" x509 -req -sha256 -in "$work/tls.csr" -days "$days" \
    -CA "$ca_crt" -CAkey "$ca_key" -passin pass: -set_serial "0x$(openssl rand -hex 16)" \
    -extfile "$work/tls.cnf" -extensions extensions -out "$work/tls.crt"
  run_openssl "checking the serving certificate" verify -CAfile "$ca_crt" -no-CApath -partial_chain \
    -purpose sslserver "$work/tls.crt"
  chmod 644 "$work/tls.crt"
  # If the script is interrupted between these renames, the next run issues a new pair.
  mv -f -- "$work/tls.key" "$tls_key"
  mv -f -- "$work/tls.crt" "$tls_crt"
  echo "created $tls_crt, valid until $(last_day "$tls_crt"): $reason"
fi
[[ ! -e $ca_key ]] || chmod 600 "$ca_key"
