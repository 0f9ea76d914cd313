#!/usr/bin/env bash
# submit.sh: the search, then the cells, then the merge. The images are in the volume already; see README.md.
set -euo pipefail
cd "$(dirname "$0")"
kubectl apply -f volume.yaml
for job in search cells merge; do
  kubectl apply -f "$job.yaml"
  # A job ends in one of two conditions.
  until state=$(kubectl get job "sweep-$job" -o jsonpath='{.status.conditions[?(@.status=="True")].type}') &&
    [[ $state == *Complete* || $state == *Failed* ]]; do sleep 10; done
  # The merge is tried even where a cell was given up: it names the cell.
  [[ $state == *Complete* || $job == cells ]] || { kubectl logs "job/sweep-$job"; exit 1; }
done
kubectl logs job/sweep-merge
