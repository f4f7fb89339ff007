#!/usr/bin/env bash
# Starts a temporary control plane with AdmissionGuard, shows a migration and a refusal, and keeps running until Ctrl-C.
# On a new Debian machine, the first run builds the control plane, once.
#
# Usage: tests/try.sh [--once]      --once: exit after the demonstration
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tests/prepare.sh --try
dotnet build tests/AdmissionGuard.TryOut --configuration Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet artifacts/bin/AdmissionGuard.TryOut/release/AdmissionGuard.TryOut.dll "$@"
