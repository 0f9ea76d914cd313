#!/usr/bin/env bash
# Runs the tests in a network namespace that has a loopback and no way out, as Linux allows to anybody or to root only.
# Build first: dotnet build -c Release. Arguments are those of "dotnet test".
set -euo pipefail
cd "$(dirname "$0")/.."
unshare --map-root-user --net -- bash -c '
  ip link set lo up
  dotnet test -c Release --no-build "$@"
  code=$?
  echo "Packets that found no route:" $(awk "/^Ip:/ { if (n++) print \$13 }" /proc/net/snmp)
  exit $code' no-network "$@"
