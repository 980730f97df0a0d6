#!/usr/bin/env bash
# Asks a real Prometheus about docs/grafana: checks the alert rules, evaluates each query of the
# dashboard against a store, and makes the cause of each alert happen until it fires. Needs the
# commands prometheus and promtool (Debian: apt-get install prometheus). Listens on loopback only.
set -euo pipefail
cd "$(dirname "$0")/.."
promtool check rules docs/grafana/aof-alerts.yml
mvn -o -q -Dquick -pl aof-spring-boot-autoconfigure -am test \
  -Dtest=AlertsTest,DashboardTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Daof.prometheus="$(command -v prometheus)"
echo "all queries answered, all alerts fired"
