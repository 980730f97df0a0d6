#!/usr/bin/env bash
# Tries each mutation of scripts/mutations/ on the engine and says which seed of the simulation
# catches it. A mutation is a patch whose first line says what it does.
#
#   scripts/mutations.sh [--seeds N] [--steps N] [--first N] [--limit SECONDS] [NAME ...]
#
# NAME is the begin of a patch's name, such as 07; without one all are tried. The exit code is the
# number of mutations that survived, or 125 for one that could not be tried.
#
# Needed: the classes of aof-core and aof-testkit (mvn -DskipTests test-compile), a JDK, patch. The
# class path of their dependencies is asked of Maven, unless AOF_CLASSPATH says it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
core=${AOF_CORE_CLASSES:-$root/aof-core/target/classes}
testkit=${AOF_TESTKIT_CLASSES:-$root/aof-testkit/target/classes}
seeds=1000
steps=500
first=1
limit=1800
names=()
while [ $# -gt 0 ]; do
  case $1 in
    --seeds) seeds=$2; shift 2 ;;
    --steps) steps=$2; shift 2 ;;
    --first) first=$2; shift 2 ;;
    --limit) limit=$2; shift 2 ;;
    -*) echo "unknown option: $1" >&2; exit 125 ;;
    *) names+=("$1"); shift ;;
  esac
done

for classes in "$core" "$testkit"; do
  [ -d "$classes" ] || { echo "no classes, compile first: $classes" >&2; exit 125; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "${AOF_CLASSPATH:-}" ]; then
  (cd "$root" && mvn -q -o dependency:build-classpath -pl aof-core,aof-testkit \
      -Dmdep.outputFile="$scratch/cp" -Dmdep.includeScope=runtime)
  AOF_CLASSPATH=$(cat "$scratch/cp")
fi
# What the engine logs about its faults is thousands of lines.
cat > "$scratch/logback.xml" <<'XML'
<configuration><root level="OFF"/></configuration>
XML

wanted() {
  [ ${#names[@]} -eq 0 ] && return 0
  local name
  for name in "${names[@]}"; do
    [[ $1 == "$name"* ]] && return 0
  done
  return 1
}

# Compiles what the patch changes, in front of the classes of the whole engine.
mutate() {
  local patch=$1 sources=$scratch/sources classes=$scratch/classes file
  rm -rf "$sources" "$classes"
  mkdir -p "$sources/aof-core/src/main" "$classes"
  cp -r "$root/aof-core/src/main/java" "$sources/aof-core/src/main/"
  patch -s -p1 -d "$sources" < "$patch" >&2 || return 1
  local changed=()
  while read -r file; do
    changed+=("$sources/$file")
  done < <(sed -n 's,^+++ b/,,p' "$patch")
  javac -nowarn -proc:none -g -d "$classes" -cp "$core:$AOF_CLASSPATH" "${changed[@]}" >&2
}

survived=0
for patch in "$root"/scripts/mutations/*.patch; do
  name=$(basename "$patch" .patch)
  wanted "$name" || continue
  if ! mutate "$patch"; then
    echo "$name: BROKEN, cannot be patched or compiled"
    exit 125
  fi
  code=0
  timeout "$limit" java -Xmx2g -XX:+UseParallelGC \
    -cp "$scratch/classes:$testkit:$core:$scratch:$AOF_CLASSPATH" \
    io.bop.aof.testkit.proof.Simulations \
    --seeds "$seeds" --first "$first" --steps "$steps" --threads 1 --failures 1 \
    > "$scratch/out" 2>&1 || code=$?
  failed=$(grep -m 1 '^FAILED' "$scratch/out" || true)
  if [ -n "$failed" ]; then
    seed=$(sed 's/.*seed=\([0-9]*\) .*/\1/' <<< "$failed")
    message=$(sed 's/^FAILED simulation failed: seed=[0-9]* //' <<< "$failed" | cut -c 1-200)
    echo "$name: caught by seed $seed after $((seed - first + 1)) seeds: $message"
  elif [ "$code" -eq 124 ]; then
    done=$(grep -c '^[0-9]* of ' "$scratch/out" || true)
    if [ -z "$(find "$scratch/out" -newermt '-60 seconds')" ]; then
      echo "$name: caught, a history does not end: $(tail -n 1 "$scratch/out" | cut -c 1-60)"
    else
      echo "$name: UNDECIDED, not through within $limit seconds: reports=$done"
      survived=$((survived + 1))
    fi
  elif [ "$code" -eq 0 ]; then
    echo "$name: SURVIVED $seeds seeds"
    survived=$((survived + 1))
  else
    echo "$name: BROKEN, exit code $code"
    cat "$scratch/out" >&2
    exit 125
  fi
done
exit "$survived"
