#!/usr/bin/env bash
# one-node.sh up|down FOLDER: a cluster of this machine alone, on the loopback, for trying jobs out. As root, with Debian's
# packages slurmctld, slurmd, slurm-client and munge; all files and sockets of it are in FOLDER. Jobs and the commands of
# Slurm need SLURM_CONF=FOLDER/slurm.conf.
set -euo pipefail
[ $# -eq 2 ] || { sed -n 2p "$0" >&2; exit 2; }
folder=$(realpath -m "$2")
host=$(hostname -s)

up() {
  for program in slurmctld slurmd sbatch munged; do
    command -v "$program" >/dev/null || {
      echo "$program is missing: apt-get install slurmctld slurmd slurm-client munge" >&2
      exit 1
    }
  done
  mkdir -p "$folder"/{state,spool,log,run,munge}
  chmod 755 "$folder"
  head -c 1024 /dev/urandom > "$folder/munge/key"
  chmod 400 "$folder/munge/key"
  chown -R munge: "$folder/munge"
  chmod 755 "$folder/munge"
  setpriv --reuid=munge --regid=munge --clear-groups munged --key-file="$folder/munge/key" \
    --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" \
    --seed-file="$folder/munge/seed"
  memory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.75) }' /proc/meminfo)
  cat > "$folder/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF"
  for _ in $(seq 60); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && return
    sleep 0.5
  done
  echo "The node did not become idle; see $folder/log." >&2
  exit 1
}

down() {
  for pid in "$folder/run/slurmd.pid" "$folder/run/slurmctld.pid" "$folder/munge/pid"; do
    [ -s "$pid" ] || continue
    number=$(cat "$pid")
    kill "$number" 2>/dev/null || continue
    for _ in $(seq 40); do kill -0 "$number" 2>/dev/null || break; sleep 0.25; done
  done
}

case $1 in
  up | down) "$1" ;;
  *) sed -n 2p "$0" >&2; exit 2 ;;
esac
