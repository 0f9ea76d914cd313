#!/usr/bin/env bash
# submit.sh PROGRAM OUTPUT [OPTIONS OF search]
# Submits the search, an array with a task for each cell, and the merge. PROGRAM and OUTPUT are on a file system that all
# nodes share. Prints the three job numbers. Logs are written to the current folder.
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2p "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1") output=$(realpath -m "$2")
shift 2
cells=$("$program" plan --count --output "$output" "$@")
search=$(sbatch --parsable "$here/search.sbatch" "$program" "$output" "$@")
array=$(sbatch --parsable --dependency="afterok:$search" --kill-on-invalid-dep=yes --array="0-$((cells - 1))" \
  "$here/cells.sbatch" "$program" "$output")
# afterany: where a task has failed for good, the merge says which cell is missing.
merge=$(sbatch --parsable --dependency="afterany:$array" "$here/merge.sbatch" "$program" "$output")
echo "$search $array $merge"
