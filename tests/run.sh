#!/usr/bin/env bash
# Runs every test, and does its own set-up: on a fresh Debian machine the first run builds a control plane, once.
#
# Usage: tests/run.sh [OPTION OF dotnet test]...
#   tests/run.sh                                              everything
#   tests/run.sh --filter-class '*EngineTests'                one class
#   KUBEBUILDER_ASSETS=/path/to/binaries tests/run.sh         on a control plane of yours
#
# The last line counts: N passed, N failed. The exit code is that of dotnet test; a build that fails counts as one
# failure, and options that choose no test at all are exit code 8.
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

# Of the tests that options choose, most projects have none, which they call exit code 8.
[[ $# == 0 ]] || set -- --ignore-exit-code 8 "$@"

# One after the other: on two cores, an API server beside an AOT compiler answers nobody in time.
code=0
dotnet test --solution AdmissionGuard.sln --configuration Release --no-build --no-ansi --no-progress \
  --max-parallel-test-modules 1 "$@" 2>&1 | tee "$log" || code=$?
counted=$(awk '/^ *failed: [0-9]+$/ { failed += $2 } /^ *succeeded: [0-9]+$/ { passed += $2 } END { printf "%d passed, %d failed\n", passed, failed }' "$log")
[[ $code != 0 || $counted != '0 passed, 0 failed' ]] || code=8
echo "$counted"
exit "$code"
