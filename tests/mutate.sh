#!/usr/bin/env bash
# Mutates AdmissionGuard.Core and checks that its tests find the mutants (Stryker.NET). Fails if they find less than 95 %.
# It uses both cores for minutes, so CI does not run it. tests/AdmissionGuard.Core.Tests/mutants.md explains the surviving
# mutants.
#
# Usage: tests/mutate.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/AdmissionGuard.Core.Tests"
dotnet tool restore
dotnet stryker
