#!/usr/bin/env bash
# Plays a bucket that fails in every way under a store that appends and reads, and says every second
# how things are: an S3 server in memory, behind a wire that misbehaves.
#
#   scripts/outage-timeline.sh [SECONDS]
#
# SECONDS is the length of a phase, 15 unless said otherwise; there are 15 phases.
#
# Needed: a JDK, Maven, and what the tests need from the package registry.
set -euo pipefail
cd "$(dirname "$0")/.."

output=aof-testkit/target/surefire-reports/io.bop.aof.testkit.objectstore.s3.OutageTimelineTest-output.txt
rm -f "$output"
status=0
mvn -B -q -Dquick -pl aof-core,aof-testkit test -Dtest=OutageTimelineTest \
  -Dsurefire.failIfNoSpecifiedTests=false -Daof.outage.phase-seconds="${1:-15}" || status=$?
# The table and the sums, without what the store and the SDK had to say about it.
grep -E '^second |^ +[0-9]+ [a-z]|^archived=|^read back' "$output" || status=1
exit "$status"
