#!/usr/bin/env bash
# Runs the object store contract, and the life of a store (its machine is lost, another one restores
# it, a third one follows), against a real Ceph RADOS gateway: one monitor, one manager, one OSD and
# one gateway, on loopback, started here and stopped at the end.
#
#   scripts/ceph-rgw-contract.sh            everything: install (as root), start, test, stop
#   PORT=7480 STORE=bluestore scripts/ceph-rgw-contract.sh
#   RUN='command' scripts/ceph-rgw-contract.sh   runs something else; it finds the gateway in
#                                           AOF_S3_ENDPOINT, AOF_S3_ACCESS_KEY, AOF_S3_SECRET_KEY
#
# Needs Debian or Ubuntu, about 2 GB of memory and 1 GB below TMPDIR.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
port=${PORT:-17480}
monitor=${MONITOR_PORT:-17401}
store=${STORE:-memstore}
access=AKIACEPHCEPHCEPHCEPH
secret=ceph-secret-0123456789abcdefghijklmnopqr
packages=(ceph-mon ceph-mgr ceph-osd radosgw ceph-common)

install_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -q
    apt-get install -y -q --no-install-recommends "${missing[@]}"
  fi
}

work=$(mktemp -d)
pids=()

stop() {
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null || true
  done
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    for _ in $(seq 50); do
      kill -0 "${pids[i]}" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "${pids[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
}

daemon() {
  local name=$1
  shift
  "$@" >"$work/log/$name.out" 2>&1 </dev/null &
  pids+=($!)
}

# Waits until a command succeeds; gives up after a minute or when the newest daemon has died.
await() {
  local what=$1
  shift
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return 0
    kill -0 "${pids[-1]}" 2>/dev/null || break
    sleep 0.3
  done
  echo "$what does not come up" >&2
  tail -n 20 "$work"/log/* >&2 || true
  return 1
}

configure() {
  mkdir -p "$work"/{log,run,mon,mgr,osd,rgw}
  cat >"$work/ceph.conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$monitor,v1:127.0.0.1:$((monitor + 1))]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = $work/keyring
run_dir = $work/run
admin_socket = $work/run/\$name.asok
log_file = $work/log/\$name.log
crash_dir = $work/run/crash
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_data_avail_crit = 1
[mon]
mon_data = $work/mon
[mgr]
mgr_data = $work/mgr
mgr_initial_modules =
[osd]
osd_data = $work/osd
osd_objectstore = $store
osd_memory_target = 939524096
osd_class_load_list = *
osd_class_default_list = *
bluestore_block_size = 4294967296
memstore_device_bytes = 2147483648
[client.rgw.aof]
rgw_data = $work/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_crypt_require_ssl = false
CONF
  export CEPH_CONF="$work/ceph.conf"
}

start_monitor() {
  local id
  id=$(sed -n 's/^fsid = //p' "$CEPH_CONF")
  ceph-authtool --create-keyring "$work/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool "$work/keyring" --gen-key -n client.admin --cap mon 'allow *' \
    --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
  monmaptool --create --clobber --fsid "$id" \
    --addv a "[v2:127.0.0.1:$monitor,v1:127.0.0.1:$((monitor + 1))]" "$work/monmap" >/dev/null
  ceph-mon --mkfs -i a --monmap "$work/monmap" --keyring "$work/keyring"
  daemon mon ceph-mon -f -i a
  await monitor ceph --connect-timeout 5 mon stat
}

start_manager() {
  ceph auth get-or-create mgr.x mon 'allow profile mgr' osd 'allow *' >"$work/mgr/keyring"
  daemon mgr ceph-mgr -f -i x --keyring "$work/mgr/keyring"
}

start_osd() {
  local id secret_of_osd
  id=$(cat /proc/sys/kernel/random/uuid)
  secret_of_osd=$(ceph-authtool --gen-print-key)
  ceph osd new "$id" -i <(echo "{\"cephx_secret\": \"$secret_of_osd\"}") >/dev/null
  ceph-authtool --create-keyring "$work/osd/keyring" --name osd.0 --add-key "$secret_of_osd" \
    >/dev/null
  ceph auth caps osd.0 mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' 2>/dev/null
  ceph-osd -i 0 --mkfs --osd-uuid "$id" --keyring "$work/osd/keyring" >"$work/log/mkfs" 2>&1
  daemon osd ceph-osd -f -i 0 --keyring "$work/osd/keyring"
  await OSD sh -c 'ceph osd stat | grep -q " 1 up"'
}

start_gateway() {
  ceph auth get-or-create client.rgw.aof mon 'allow rw' osd 'allow rwx' mgr 'allow rw' \
    >"$work/rgw/keyring"
  daemon rgw radosgw -f -n client.rgw.aof --keyring "$work/rgw/keyring"
  await gateway bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" || return 1
  radosgw-admin -n client.rgw.aof --keyring "$work/rgw/keyring" user create --uid=aof \
    --display-name=aof --access-key="$access" --secret-key="$secret" >/dev/null 2>"$work/log/user"
}

install_packages
trap stop EXIT
configure
start_monitor
start_manager
start_osd
start_gateway
echo "gateway answers: endpoint=http://127.0.0.1:$port $(radosgw --version)"

export AOF_S3_ENDPOINT="http://127.0.0.1:$port"
export AOF_S3_ACCESS_KEY="$access"
export AOF_S3_SECRET_KEY="$secret"
if [ -n "${RUN:-}" ]; then
  bash -c "$RUN"
else
  cd "$here"
  mvn -B -q -pl aof-testkit -am test -Dtest='ExternalS3*Test' \
    -Dsurefire.failIfNoSpecifiedTests=false -Daof.s3.endpoint="$AOF_S3_ENDPOINT" \
    -Daof.s3.access-key="$access" -Daof.s3.secret-key="$secret"
  sed -n '/^Tests run/p;/^features/p' \
    aof-testkit/target/surefire-reports/*ExternalS3*Test*.txt
fi
