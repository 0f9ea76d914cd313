#!/usr/bin/env bash
# The same search and fine-tuning by 1, 2 and 4 processes, with every MPI that is installed: are the results the same, byte for byte?
# tests/data-parallel.sh [--smoke] [COUNT ...]   Needs mpirun, for example of Debian's packages openmpi-bin and mpich.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=examples/DataParallel/bin/Release/net10.0/DataParallel.dll
[ -f "$program" ] || dotnet build examples/DataParallel -c Release -v quiet -nodeReuse:false
arguments=(--threads 1)
if [ "${1:-}" = --smoke ]; then arguments+=(--smoke); shift; else arguments+=(--epochs 6); fi
counts=("${@:-1 2 4}")

launch() { # launcher, number of processes, name
    local command=(dotnet "$program" "${arguments[@]}" --output "$work/$3")
    local start=$SECONDS
    case "$1" in
        none) "${command[@]}" ;;
        openmpi) mpirun.openmpi --allow-run-as-root --oversubscribe --bind-to none -np "$2" "${command[@]}" ;;
        mpich) mpirun.mpich -bind-to none -np "$2" "${command[@]}" ;;
    esac > "$work/$3.log" 2>&1 || { cat "$work/$3.log"; return 1; }
    grep -E '^(weights.safetensors|model.onnx) ' "$work/$3.log" > "$work/$3.sums"
    echo "$3: $((SECONDS - start)) s, $(tr '\n' ' ' < "$work/$3.sums")"
}

identical=true
launch none 1 alone
for mpi in openmpi mpich; do
    command -v "mpirun.$mpi" > /dev/null || { echo "$mpi is not installed: left out"; continue; }
    for count in ${counts[*]}; do
        launch "$mpi" "$count" "$mpi-$count"
        cmp -s "$work/alone.sums" "$work/$mpi-$count.sums" || identical=false
    done
done
echo "identical: $identical"
[ "$identical" = true ]
