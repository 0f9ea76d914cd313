#!/usr/bin/env bash
# Runs the tests in a network namespace that has a loopback and no way out, as Linux allows to anybody or to root only.
# Build first: dotnet build -c Release. Arguments are those of "dotnet test".
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1
unshare --map-root-user --net -- bash -c 'ip link set lo up && exec dotnet test -c Release --no-build "$@"' no-network "$@"
