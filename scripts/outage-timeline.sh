#!/usr/bin/env bash
# Plays a bucket that fails in every way under a store that appends and reads, and says every second
# how things are: an S3 server in this machine's memory, behind a wire that misbehaves.
#
#   scripts/outage-timeline.sh [SECONDS]
#
# SECONDS is the length of a phase, 15 unless said otherwise; there are 15 phases.
set -euo pipefail
cd "$(dirname "$0")/.."
exec mvn -B -q -Dquick -pl aof-core,aof-testkit test -Dtest=OutageTimelineTest \
  -Dsurefire.failIfNoSpecifiedTests=false -DredirectTestOutputToFile=false \
  -Dmaven.test.redirectTestOutputToFile=false -Daof.outage.phase-seconds="${1:-15}"
