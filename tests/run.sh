#!/usr/bin/env bash
# Runs the tests and sets up what they need: on a new Debian machine, the first run builds a control plane, once.
#
# Usage: tests/run.sh [--all] [OPTION OF dotnet test]...
#   tests/run.sh                                              everything but the tests of the category All, within 15 minutes
#   tests/run.sh --all                                        everything: also each breakage of an installation
#   tests/run.sh --filter-class '*EngineTests'                one class
#   KUBEBUILDER_ASSETS=/path/to/binaries tests/run.sh         on your own control plane
#
# The last line is: N passed, N failed. The exit code is that of dotnet test. A failed build counts as one failed test.
# If the options select no test, the exit code is 8.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

build() {
  tests/prepare.sh || return
  if [[ -z ${KUBEBUILDER_ASSETS-} ]] && ! command -v setup-envtest >/dev/null; then
    tests/AdmissionGuard.TestCluster/build-control-plane.sh >/dev/null || return
  fi
  dotnet build AdmissionGuard.sln --configuration Release --nologo -v quiet -clp:ErrorsOnly
}

if ! build; then
  echo "0 passed, 1 failed"
  exit 1
fi

if [[ $# == 0 ]]; then
  set -- --filter-not-trait Category=All
else
  [[ $1 != --all ]] || shift
  # Most projects contain none of the selected tests, and would then return exit code 8.
  [[ $# == 0 ]] || set -- --ignore-exit-code 8 "$@"
fi

# One project after the other: on two cores, an API server is too slow while the AOT compiler runs.
code=0
dotnet test --solution AdmissionGuard.sln --configuration Release --no-build --no-ansi --no-progress \
  --max-parallel-test-modules 1 "$@" 2>&1 | tee "$log" || code=$?
counted=$(awk '/^ *failed: [0-9]+$/ { failed += $2 } /^ *succeeded: [0-9]+$/ { passed += $2 } END { printf "%d passed, %d failed\n", passed, failed }' "$log")
[[ $code != 0 || $counted != '0 passed, 0 failed' ]] || code=8
echo "$counted"
exit "$code"
