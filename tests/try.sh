#!/usr/bin/env bash
# Starts a throw-away control plane with AdmissionGuard in front, shows a migration and a refusal, and leaves it
# running until Ctrl-C. On a fresh Debian machine the first run builds the control plane, once.
#
# Usage: tests/try.sh [--once]      --once: end after the show
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tests/prepare.sh --try
dotnet build tests/AdmissionGuard.TryOut --configuration Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet artifacts/bin/AdmissionGuard.TryOut/release/AdmissionGuard.TryOut.dll "$@"
