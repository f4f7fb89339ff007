#!/usr/bin/env bash
# Writes the certificate authority into the webhook configurations, in the manifest or in the cluster.
set -euo pipefail
umask 077
export LC_ALL=C
unset CDPATH

readonly configuration=00-admissionguard

usage() {
  cat <<USAGE
Usage: set-ca-bundle.sh --ca FILE [MANIFEST]
       set-ca-bundle.sh --ca FILE --live [--kubeconfig FILE] [--context NAME]

Publishes the certificate authority of the guard's serving certificate to the API server.

Without --live: reads MANIFEST (default: deploy/base/webhooks.yaml beside this script's folder; - is standard input) and
writes it to standard output with a caBundle in each clientConfig. An existing caBundle is replaced.
With --live: patches only the webhooks of the mutating and the validating configuration $configuration in the cluster.
You can run both again.

  --ca FILE          PEM certificate of the authority; if the file contains several, all are trusted, which is needed
                     to change the authority
  --live             patch the configurations in the cluster with kubectl
  --kubeconfig FILE  passed to kubectl, with --live
  --context NAME     passed to kubectl, with --live
  --help             print this text

Exit status: 0 success, 1 failure, 2 invalid arguments.

Examples:
  set-ca-bundle.sh --ca certs/ca.crt | kubectl apply -f -
  set-ca-bundle.sh --ca certs/ca.crt my-webhooks.yaml >with-ca.yaml
  set-ca-bundle.sh --ca certs/ca.crt --live --context production
USAGE
}

fail() {
  echo "set-ca-bundle.sh: $*" >&2
  exit 1
}

misuse() {
  echo "set-ca-bundle.sh: $* (see --help)" >&2
  exit 2
}

ca=
manifest=
live=no
kubectl_options=()

while (($# > 0)); do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --live)
      live=yes
      shift
      ;;
    --ca | --kubeconfig | --context)
      [[ -n ${2-} && ${2-} != --* ]] || misuse "$1 needs a value"
      if [[ $1 == --ca ]]; then ca=$2; else kubectl_options+=("$1" "$2"); fi
      shift 2
      ;;
    -?*) misuse "unknown argument '$1'" ;;
    *)
      [[ -n $1 ]] || misuse "the manifest's name is empty"
      [[ -z $manifest ]] || misuse "only one manifest is allowed, not '$manifest' and '$1'"
      manifest=$1
      shift
      ;;
  esac
done

[[ -n $ca ]] || misuse "--ca FILE is missing"
if [[ $live == yes ]]; then
  [[ -z $manifest ]] || misuse "--live changes the cluster and takes no manifest, not '$manifest'"
else
  ((${#kubectl_options[@]} == 0)) || misuse "--kubeconfig and --context require --live"
fi

command -v openssl >/dev/null || fail "openssl was not found in PATH: install it (package 'openssl')"
[[ -f $ca && -r $ca ]] || fail "$ca is not a file that can be read"

work=$(mktemp -d) || fail "can't create a temporary directory"
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The output is public, so refuse a file that contains a private key.
! grep -q 'PRIVATE KEY' "$ca" || fail "$ca contains a private key: use only the certificate (ca.crt)"

# Extracts only the certificates: all of them into `bundle`, and each into a separate file.
tr -d '\r' <"$ca" | awk -v work="$work" '
  /^-----BEGIN CERTIFICATE-----$/ { inside = 1; file = work "/" ++count ".pem" }
  inside { print >(work "/bundle"); print >file }
  /^-----END CERTIFICATE-----$/ { inside = 0 }'
[[ -e $work/1.pem ]] || fail "$ca is not a PEM certificate"

valid=0
for certificate in "$work"/*.pem; do
  text=$(openssl x509 -in "$certificate" -noout -text 2>/dev/null) ||
    fail "$ca is not a PEM certificate: openssl can't read certificate number $(basename "$certificate" .pem) in it"
  [[ $text == *CA:TRUE* ]] || echo "set-ca-bundle.sh: warning: $ca contains a certificate that is not a certificate authority" >&2
  if openssl x509 -in "$certificate" -noout -checkend 0 >/dev/null; then
    valid=$((valid + 1))
  else
    echo "set-ca-bundle.sh: warning: $ca contains an expired certificate" >&2
  fi
done
((valid > 0)) || fail "every certificate in $ca has expired: the API server would refuse the guard"

bundle=$(openssl base64 -A -in "$work/bundle")

# The keys of a mapping are in one column, so the caBundle goes to the column of the first key under clientConfig.
write_manifest() {
  awk -v bundle="$bundle" '
    function column(line) { match(line, /^ */); return RLENGTH }
    function insert(at) { while (at-- > 0) printf " "; print "caBundle: " bundle; waiting = 0 }

    { sub(/\r$/, ""); here = column($0); empty = ($0 ~ /^ *(#.*)?$/) }

    # The remaining lines of an old caBundle that spans several lines.
    dropping && !empty && here > child { next }
    dropping && !empty { dropping = 0 }

    # The first line under clientConfig determines the column. A line that is not deeper means that clientConfig is empty.
    waiting && !empty {
      child = here > parent ? here : parent + 2
      insert(child)
      within = 1
    }
    within && !empty && here < child { within = 0 }
    within && here == child && /^ *caBundle *:/ { dropping = 1; next }

    /^ *(- +)*clientConfig *:/ {
      if ($0 !~ /clientConfig *: *(#.*)?$/) { flow = 1; exit }
      parent = index($0, "clientConfig") - 1
      waiting = 1
      within = 0
      found++
    }
    { print }
    END {
      if (flow) exit 3
      if (waiting) insert(parent + 2)
      if (!found) exit 4
    }' "$1"
}

if [[ $live == no ]]; then
  if [[ -z $manifest ]]; then
    here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
    manifest=$here/../deploy/base/webhooks.yaml
  fi
  if [[ $manifest == - ]]; then
    manifest='standard input'
    cat >"$work/in.yaml"
  else
    [[ -f $manifest && -r $manifest ]] || fail "$manifest is not a file that can be read"
    cat -- "$manifest" >"$work/in.yaml"
  fi
  # Write everything or nothing: kubectl at the other end of the pipe must not get half of a manifest.
  write_manifest "$work/in.yaml" >"$work/out.yaml" || case $? in
    3) fail "$manifest has a clientConfig in one line ({...}), or in JSON: write it as a block" ;;
    4) fail "$manifest has no clientConfig: it is not a webhook configuration in YAML" ;;
    *) fail "can't read $manifest" ;;
  esac
  cat "$work/out.yaml"
  exit 0
fi

command -v kubectl >/dev/null || fail "kubectl was not found in PATH"

run_kubectl() { kubectl ${kubectl_options[@]+"${kubectl_options[@]}"} "$@"; }

# Prints the JSON patch for one configuration. The test operations make the whole patch fail if the order of the webhooks
# has changed since they were read.
patch_of() {
  local names name index=0 operations=
  names=$(run_kubectl get "$1" "$configuration" -o 'jsonpath={range .webhooks[*]}{.name}{"\n"}{end}') || return 1
  for name in $names; do
    operations+="${operations:+,}{\"op\":\"test\",\"path\":\"/webhooks/$index/name\",\"value\":\"$name\"}"
    operations+=",{\"op\":\"add\",\"path\":\"/webhooks/$index/clientConfig/caBundle\",\"value\":\"$bundle\"}"
    index=$((index + 1))
  done
  echo "[$operations]"
}

readonly kinds='mutatingwebhookconfiguration validatingwebhookconfiguration'
# Reads both before it changes one.
for kind in $kinds; do
  patch_of "$kind" >"$work/$kind.json" ||
    fail "can't read $kind $configuration in the cluster: apply deploy/base/webhooks.yaml first"
done
for kind in $kinds; do
  run_kubectl patch "$kind" "$configuration" --type=json -p "$(cat "$work/$kind.json")" ||
    fail "can't patch $kind $configuration in the cluster"
done
