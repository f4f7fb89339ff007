#!/usr/bin/env bash
# Mutates AdmissionGuard.Core and lets its tests find the mutants (Stryker.NET): fails below 95 % found. Minutes of
# both cores, so CI does not run it. What survives, and why, stands in tests/AdmissionGuard.Core.Tests/mutants.md.
#
# Usage: tests/mutate.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/AdmissionGuard.Core.Tests"
dotnet tool restore
dotnet stryker
