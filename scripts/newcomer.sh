#!/usr/bin/env bash
# What a newcomer does: a new Spring Boot project, made from nothing in an empty directory, with the
# starter as it would be installed. Once with web and Actuator, once with the starter alone.
#
#   scripts/newcomer.sh            makes both, runs them, shows what they answer
#   KEEP=1 scripts/newcomer.sh     leaves the directory and says where it is
#   STARTS=11 scripts/newcomer.sh  then starts an application that many times without the starter and
#                                  with it, in turns: medians of time and of heap
#
# Needs: JDK 17 or newer, Maven, curl. What it installs stays in its own directory.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
port=${PORT:-18077}
work=$(mktemp -d)
pid=

finish() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then echo "left: $work"; else rm -rf "$work"; fi
}
trap finish EXIT

boot=$(sed -n 's,.*<spring-boot.version>\(.*\)</spring-boot.version>.*,\1,p' "$root/pom.xml")
version=$(sed -n 's,^  <version>\(.*\)</version>.*,\1,p' "$root/pom.xml" | head -n 1)

# What this user has downloaded before need not be downloaded again.
cat > "$work/settings.xml" <<XML
<settings>
  <profiles><profile><id>known</id>
    <repositories><repository><id>known</id><url>file://$HOME/.m2/repository</url></repository></repositories>
    <pluginRepositories><pluginRepository><id>known</id><url>file://$HOME/.m2/repository</url></pluginRepository></pluginRepositories>
  </profile></profiles>
  <activeProfiles><activeProfile>known</activeProfile></activeProfiles>
</settings>
XML
maven() { mvn -q -B -s "$work/settings.xml" -Dmaven.repo.local="$work/m2" "$@"; }

echo "== installing the artifacts into a repository of their own"
(cd "$root" && maven -DskipTests -pl aof-spring-boot-starter -am install)

# A project: $1 its directory, the rest are starters of Spring Boot.
project() {
  local dir=$1
  shift
  mkdir -p "$dir/src/main/java/demo"
  {
    cat <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>$boot</version>
    <relativePath/>
  </parent>
  <groupId>demo</groupId>
  <artifactId>demo</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.bop.aof</groupId>
      <artifactId>aof-spring-boot-starter</artifactId>
      <version>$version</version>
    </dependency>
XML
    local starter
    for starter in "$@"; do
      cat <<XML
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>$starter</artifactId>
    </dependency>
XML
    done
    cat <<'XML'
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-maven-plugin</artifactId>
      </plugin>
    </plugins>
  </build>
</project>
XML
  } > "$dir/pom.xml"
}

echo "== web and Actuator"
project "$work/full" spring-boot-starter-webmvc spring-boot-starter-actuator
cat > "$work/full/src/main/java/demo/Demo.java" <<'JAVA'
package demo;

@org.springframework.boot.autoconfigure.SpringBootApplication
@org.springframework.web.bind.annotation.RestController
record Demo(io.bop.aof.spring.core.AofTemplate aof) {
  record Order(String id, int amount) {}
  @org.springframework.web.bind.annotation.PostMapping("/orders")
  long place(@org.springframework.web.bind.annotation.RequestBody Order order) { return aof.append("orders", order.id(), order).offset(); }
  @org.springframework.web.bind.annotation.GetMapping("/orders")
  java.util.List<Order> all() { try (var orders = aof.replay("orders", Order.class)) { return orders.toList(); } }
  public static void main(String[] args) { org.springframework.boot.SpringApplication.run(Demo.class, args); }
}
JAVA
(cd "$work/full" && maven package)
run() { (cd "$work/full" && exec java -jar target/demo-1.jar --server.port="$port" \
  --management.endpoints.web.exposure.include='*' > run.log 2>&1) & pid=$!; }
ask() { echo "\$ curl $*"; curl -sS --max-time 10 "$@"; echo; }
run
for _ in $(seq 100); do
  curl -sf "localhost:$port/actuator/health" > /dev/null && break
  kill -0 "$pid" || { cat "$work/full/run.log"; exit 1; }
  sleep 0.3
done
for n in 1 2 3; do
  ask -X POST -H 'content-type: application/json' -d "{\"id\":\"o$n\",\"amount\":$n}" "localhost:$port/orders"
done
ask "localhost:$port/orders"
ask "localhost:$port/actuator/health"
ask "localhost:$port/actuator/health/readiness"
ask "localhost:$port/actuator/aof"
ask "localhost:$port/actuator/aof/orders"
kill "$pid"
wait "$pid" || true
pid=
grep -E 'Started|AOF|ERROR|WARN' "$work/full/run.log" | cut -c 1-160

echo "== the starter alone"
project "$work/alone"
cat > "$work/alone/src/main/java/demo/Demo.java" <<'JAVA'
package demo;

@org.springframework.boot.autoconfigure.SpringBootApplication
class Demo implements org.springframework.boot.CommandLineRunner {
  private final io.bop.aof.spring.core.AofTemplate aof;
  Demo(io.bop.aof.spring.core.AofTemplate aof) { this.aof = aof; }
  public void run(String... args) {
    aof.append("notes", "hello");
    try (var notes = aof.replay("notes", String.class)) { notes.forEach(note -> System.out.println("replayed: " + note)); }
  }
  public static void main(String[] args) { org.springframework.boot.SpringApplication.run(Demo.class, args); }
}
JAVA
(cd "$work/alone" && maven package)
for n in 1 2; do
  (cd "$work/alone" && java -jar target/demo-1.jar) | grep -E 'Started|replayed|AOF|ERROR|WARN' | cut -c 1-160
done

[ -n "${STARTS:-}" ] || exit 0
echo "== the cost of the starter: medians of $STARTS starts each, in turns"
# Prints when it is up, and what is left on the heap after a collection.
cost() {
  cat <<'JAVA'
package demo;

@org.springframework.boot.autoconfigure.SpringBootApplication
class Demo {
  public static void main(String[] args) {
    var context = org.springframework.boot.SpringApplication.run(Demo.class, args);
    long up = java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime();
    var memory = java.lang.management.ManagementFactory.getMemoryMXBean();
    memory.gc();
    System.out.println("cost " + up + " " + memory.getHeapMemoryUsage().getUsed() / 1024 + " "
        + java.lang.management.ManagementFactory.getThreadMXBean().getThreadCount());
    context.close();
  }
}
JAVA
}
for which in without with; do
  project "$work/$which"
  cost > "$work/$which/src/main/java/demo/Demo.java"
done
# Without: the same project, but for the starter, in whose place stands Spring Boot's own.
sed -i '/<dependency>/,/<\/dependency>/c\    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter</artifactId></dependency>' "$work/without/pom.xml"
for which in without with; do (cd "$work/$which" && maven package); done
for ((i = 0; i < STARTS; i++)); do
  for which in without with; do
    (cd "$work/$which" && java -jar target/demo-1.jar) | sed -n 's/^cost //p' >> "$work/$which.cost"
  done
done
median() { cut -d ' ' -f "$2" "$work/$1.cost" | sort -n | sed -n "$(((STARTS + 1) / 2))p"; }
for which in without with; do
  echo "$which: up after $(median $which 1) ms, heap $(median $which 2) KiB, threads $(median $which 3)"
done
