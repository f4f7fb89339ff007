#!/usr/bin/env bash
# Builds etcd, kube-apiserver, kube-controller-manager and (if it is not on PATH) kubectl from Debian
# packages, and prints the folder that contains them. It takes about ten minutes on two cores, once: the
# result is stored in the user's cache folder, and used only if it is complete.
#
# Usage: build-control-plane.sh          builds what is missing, prints the folder on standard output
#        build-control-plane.sh --help
#
# Environment: XDG_CACHE_HOME  the cache folder; the result is in admissionguard/ (default: ~/.cache)
# Exit code: 0 the folder is complete; 1 the build failed (the last lines of the log are printed).
set -euo pipefail

# Change this name if the result changes: it is then built again, in a new folder.
readonly recipe=debian-bookworm-1
readonly packages=(golang-go jq rsync etcd-server golang-github-modern-go-reflect2-dev dpkg-dev make gcc libc6-dev)

case ${1-} in
  '') ;;
  -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  *) echo "build-control-plane.sh: unknown argument: $1" >&2; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/admissionguard
target=$cache/control-plane-$recipe
log=$cache/control-plane-$recipe.log
say() { echo "control plane: $*" >&2; }

if [[ -d $target ]]; then echo "$target"; exit 0; fi
mkdir -p "$cache"

# If two runs start at the same time, the second waits for the first and uses its result.
exec 9>"$cache/control-plane-$recipe.lock"
if ! flock --nonblock 9; then
  say "another run is building it; waiting"
  flock 9
fi
if [[ -d $target ]]; then echo "$target"; exit 0; fi

if ! command -v apt-get >/dev/null; then
  say "this is not Debian, and no control plane was found: put etcd, kube-apiserver and kube-controller-manager"
  say "into a folder and name it in KUBEBUILDER_ASSETS, or put setup-envtest on PATH"
  exit 1
fi
# Debian's suites, possibly each in a separate file: installed packages may come from any of them.
readonly suite='[[:space:]]bookworm((-updates|-security)?)([[:space:]]|$)'
readonly base='^(deb[[:space:]][^#]*|Suites:([^#]*))[[:space:]]bookworm([[:space:]]|$)'
if ! grep -qsE "$base" /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; then
  say "apt has no source for Debian bookworm, whose Kubernetes this builds: add one, or set KUBEBUILDER_ASSETS"
  exit 1
fi
if [[ $(id -u) != 0 ]]; then
  say "installing Debian packages needs root (or set KUBEBUILDER_ASSETS)"
  exit 1
fi

# Delete the leftovers of a killed run: no other run builds while this one holds the lock.
chmod -R u+w "$cache"/building.* 2>/dev/null || true
rm -rf "$cache"/building.*
work=$(mktemp -d "$cache/building.XXXXXX")
ticker=
guard=
finish() {
  local code=$?
  [[ -z $ticker ]] || kill "$ticker" 2>/dev/null || true
  [[ -z $guard ]] || rm -f "$guard"
  chmod -R u+w "$work" 2>/dev/null || true
  rm -rf "$work"
  if [[ $code != 0 ]]; then
    say "the build failed; the end of $log:"
    tail -n 20 "$log" >&2 || true
  fi
}
trap finish EXIT
trap 'exit 130' INT TERM

step() { printf '%s' "$*" >"$work/step"; say "$*"; }
: >"$log"
step "building from Debian's packages, once, about ten minutes (log: $log)"
started=$SECONDS
( while sleep 15 >/dev/null 2>&1 9>&-; do say "$(cat "$work/step") ($((SECONDS - started)) s so far)"; done ) 9>&- &
ticker=$!

# Don't change apt's lists and sources: copies with deb-src are in the work folder.
mkdir -p "$work/apt/sources" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
for file in /etc/apt/sources.list.d/*.sources; do
  [[ -e $file ]] || continue
  if grep -qE "^Suites:.*$suite" "$file"; then
    sed -E 's/^Types:.*/Types: deb deb-src/' "$file" >"$work/apt/sources/$(basename "$file")"
  fi
done
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [[ -s $file ]] || continue
  sed -nE "/^deb[[:space:]][^#]*$suite/{p;s/^deb/deb-src/;p}" "$file" \
    >"$work/apt/sources/$(basename "$file" .list).list"
done
apt=(apt-get -q -y -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$work/apt/sources"
  -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root)
export DEBIAN_FRONTEND=noninteractive

step "fetching Debian's package lists"
"${apt[@]}" update >>"$log" 2>&1
step "installing ${packages[*]}"
# etcd-server would start a system service: policy-rc.d prevents it, only during this call.
if [[ ! -e /usr/sbin/policy-rc.d ]]; then
  guard=/usr/sbin/policy-rc.d
  printf '#!/bin/sh\nexit 101\n' >"$guard" && chmod +x "$guard"
fi
"${apt[@]}" install --no-install-recommends "${packages[@]}" >>"$log" 2>&1 9>&-
[[ -z $guard ]] || rm -f "$guard"
guard=

step "fetching the source of Kubernetes"
gopath=$work/go
mkdir -p "$gopath/src/k8s.io"
( cd "$work" && "${apt[@]}" source --download-only kubernetes && dpkg-source --no-check -x kubernetes_*.dsc "$gopath/src/k8s.io/kubernetes" ) >>"$log" 2>&1
version=$(sed -nE 's/^Version: ([0-9.]+).*/\1/p' "$work"/kubernetes_*.dsc | head -n 1)
source=$gopath/src/k8s.io/kubernetes
# The bundled reflect2 1.0.1 crashes the API server under this Go, at the first namespace PATCH.
rm -rf "$source/vendor/github.com/modern-go/reflect2"
cp -r /usr/share/gocode/src/github.com/modern-go/reflect2 "$source/vendor/github.com/modern-go/reflect2"

what=(cmd/kube-apiserver cmd/kube-controller-manager)
command -v kubectl >/dev/null || what+=(cmd/kubectl)
step "compiling Kubernetes $version: ${what[*]}"
# KUBE_GIT_VERSION_FILE replaces the git tree, which the source package does not contain.
cat >"$work/version" <<END
KUBE_GIT_COMMIT=debian
KUBE_GIT_TREE_STATE=archive
KUBE_GIT_VERSION=v$version
KUBE_GIT_MAJOR=${version%%.*}
KUBE_GIT_MINOR=$(cut -d. -f2 <<<"$version")
END
( cd "$source" && env -u GOFLAGS GOPATH="$gopath" GO111MODULE=off GOPROXY=off GOCACHE="$work/go-build" \
    KUBE_GIT_VERSION_FILE="$work/version" CGO_ENABLED=0 make WHAT="${what[*]}" ) >>"$log" 2>&1 9>&-

step "checking the result"
mkdir "$work/result"
cp "$source"/_output/bin/kube-apiserver "$source"/_output/bin/kube-controller-manager "$work/result/"
[[ ! -e $source/_output/bin/kubectl ]] || cp "$source/_output/bin/kubectl" "$work/result/"
cp "$(command -v etcd)" "$work/result/"
for binary in "$work"/result/*; do
  case $binary in */kubectl) "$binary" version --client ;; *) "$binary" --version ;; esac >>"$log" 2>&1
done
mv "$work/result" "$target"
say "ready after $((SECONDS - started)) s: $target"
echo "$target"
