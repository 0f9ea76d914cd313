#!/usr/bin/env bash
# trial.sh [OPTIONS OF search]: a sweep on a real Slurm of this machine alone, one of whose tasks is killed in the middle, and
# the same sweep without Slurm; both have to give the same. Takes a minute or two at --scale smoke, the default.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d /tmp/sweep-slurm-XXXXXX)
chmod 755 "$folder" # munge looks into it
[ $# -gt 0 ] || set -- --scale smoke --ratios 0.9,0.5,0.1 --seeds 1,2

say() { echo "[$(date -u +%T)] $*"; }
end() {
  status=$?
  "$here/one-node.sh" down "$folder/cluster"
  if [ $status -eq 0 ]; then rm -rf "$folder"; else say "Failed; the logs are in $folder."; fi
}
trap end EXIT

dotnet build -c Release "$here/.." -v q -clp:ErrorsOnly
program=$(realpath "$here/../bin/Release/net10.0/LabelRatioSweep")

"$here/one-node.sh" up "$folder/cluster"
export SLURM_CONF=$folder/cluster/slurm.conf
say "Cluster: $(sinfo --version), $(sinfo -h -o '%D node, %c CPUs, %m MB, %T')"

mkdir "$folder/logs"
cd "$folder/logs"
read -r search array merge < <("$here/submit.sh" "$program" "$folder/slurm" "$@")
say "Submitted: search $search, cells $array, merge $merge"
squeue -o '%.12i %.14j %.10T %.20E' | sed 's/^/    /'

# A claim says that a task is in the middle of its cell.
claim=""
while [ -z "$claim" ]; do
  sleep 0.05
  claim=$(ls "$folder/slurm/sweep/cells" 2>/dev/null | grep -m1 '^cell-.*\.claim-1$' || true)
  case $(squeue -h -j "$merge" -o %T 2>/dev/null) in PENDING) ;; *) say "No task was seen in its middle."; exit 1 ;; esac
done
cell=$((10#$(echo "$claim" | tr -dc 0-9 | cut -c1-5)))
job=$(squeue -h -r -j "${array}_$cell" -o %A)
pids=$(scontrol listpids "$job" | awk -v job="$job" '$2 == job && $1 > 0 { print $1 }')
kill -9 $pids
say "Killed (SIGKILL) task ${array}_$cell in the middle of cell $cell: processes $(echo $pids)"
until [ "$(scontrol show job "$job" | grep -o 'JobState=[A-Z]*')" != JobState=RUNNING ]; do sleep 0.1; done
say "The task is now: $(scontrol show job "$job" | grep -oE 'JobState=[A-Z]*|ExitCode=[0-9:]*' | tr '\n' ' ')"
say "It left: $(ls "$folder/slurm/sweep/cells" | grep "^cell-$(printf %05d "$cell")" | tr '\n' ' ')"
scontrol requeue "$job"
say "Requeued: $(scontrol show job "$job" | grep -oE 'JobState=[A-Z]*|Restarts=[0-9]*' | tr '\n' ' ')"

while [ -n "$(squeue -h -j "$merge" 2>/dev/null)" ]; do sleep 1; done
say "The merge is: $(scontrol show job "$merge" | grep -oE 'JobState=[A-Z]*|ExitCode=[0-9:]*' | tr '\n' ' ')"
scontrol show job "$array" | grep -oE 'ArrayTaskId=[0-9]+|JobState=[A-Z]*|Restarts=[0-9]*' | paste - - - | sort -V | sed 's/^/    /'
cat "$folder"/logs/sweep-merge-*.log | sed 's/^/    /'

say "The same sweep without Slurm"
"$program" search --output "$folder/local" "$@" >/dev/null
"$program" run --parallel "$(nproc)" --output "$folder/local" | tail -n 1
"$program" merge --output "$folder/local" >/dev/null

# All but the seconds of a cell, which are the 12th column.
for run in slurm local; do cut -d, -f1-11,13- "$folder/$run/sweep.csv" > "$folder/$run.csv"; done
diff "$folder/slurm.csv" "$folder/local.csv"
say "Equal: sweep.csv of both, but for the seconds ($(($(wc -l < "$folder/local.csv") - 1)) cells)"
