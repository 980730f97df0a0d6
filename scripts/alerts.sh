#!/usr/bin/env bash
# Asks a real Prometheus about docs/grafana: checks the alert rules, evaluates each query of the
# dashboard against real stores, and makes the cause of each alert happen until it fires, and end
# until it is quiet. Needs the commands prometheus and promtool (Debian: apt-get install
# prometheus). Listens on loopback only. Shows what fired; takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
promtool check rules docs/grafana/aof-alerts.yml
mvn -o -q -Dquick -pl aof-spring-boot-test -am test \
  -Dtest='AlertsTest,AlertCausesTest' -Dsurefire.failIfNoSpecifiedTests=false \
  -Daof.prometheus="$(command -v prometheus)"
cat aof-spring-boot-test/target/alerts.txt
