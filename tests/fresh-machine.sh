#!/usr/bin/env bash
# What somebody sees who has just cloned the repository: copies the committed tree into an empty folder, with an empty home
# and an empty NuGet cache, runs both commands of README.md there and says how long each took.
# The packages come from the machine's NuGet sources; TMPDIR chooses where (it takes 6 GB for a while).
set -euo pipefail
repository=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
fresh=$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine-XXXXXX")
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$fresh/home/.nuget/NuGet" "$fresh/tree"
git -C "$repository" archive HEAD | tar -x -C "$fresh/tree"
# Where packages are served from is a matter of the machine, not of what is on it.
sources="$HOME/.nuget/NuGet/NuGet.Config"
if [ -e "$sources" ]; then cp "$sources" "$fresh/home/.nuget/NuGet/"; fi

mapfile -t commands < <(sed -n '/^## Two commands/,/^## /p' "$fresh/tree/README.md" | grep -E '^dotnet (run|test) ')
if [ "${#commands[@]}" -ne 2 ]; then
  echo "'Two commands' in README.md has ${#commands[@]} lines that start with 'dotnet run' or 'dotnet test'; two were expected."
  exit 1
fi

cd "$fresh/tree"
for command in "${commands[@]}"; do
  start=$SECONDS
  # shellcheck disable=SC2086 # the command's own words
  env -u NUGET_PACKAGES HOME="$fresh/home" DOTNET_CLI_HOME="$fresh/home" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 $command
  echo "$((SECONDS - start)) s: $command"
done

for result in model.zip model.onnx results.json report.html search-result; do
  [ -e "output/quickstart/$result" ] || { echo "output/quickstart/$result is missing."; exit 1; }
done
echo "Both commands of README.md work on a fresh machine."
