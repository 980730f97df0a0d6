package io.bop.aof.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule refuses code that breaks it, and accepts code that merely comes close. */
class ArchitectureRulesBiteTest {

  private static StandardJavaFileManager files;

  @TempDir Path folder;

  @BeforeAll
  static void openCompiler() {
    files = Breach.compilerFiles();
  }

  @AfterAll
  static void closeCompiler() throws IOException {
    files.close();
  }

  static Stream<Breach> breaches() {
    return Stream.of(
            layerBreaches(),
            fileBreaches(),
            clockBreaches(),
            threadBreaches(),
            machineBreaches(),
            orderBreaches(),
            libraryBreaches(),
            faceBreaches())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaches")
  void ruleRefuses(Breach breach) {
    ArchRule rule = ArchitectureRules.all().get(breach.rule());
    assertThat(rule).as("rule %s", breach.rule()).isNotNull();

    EvaluationResult result = rule.evaluate(breach.compile(files, folder));

    assertThat(result.hasViolation()).as("%s refuses %s", rule, breach.sources()).isTrue();
    assertThat(result.getFailureReport().toString()).contains("because");
  }

  @Test
  void everyRuleHasABreach() {
    assertThat(breaches().map(Breach::rule).collect(Collectors.toSet()))
        .isEqualTo(ArchitectureRules.all().keySet());
  }

  @Test
  void rulesAcceptWhatMerelyComesClose() {
    Breach close =
        Breach.of(
            "none",
            """
            package io.bop.aof.segment;
            class Close {
              java.nio.file.Path file;
              java.time.Instant at = java.time.Instant.EPOCH;
              java.util.UUID id = new java.util.UUID(1, 2);
              void interrupted() { Thread.currentThread().interrupt(); }
              void spin() { Thread.onSpinWait(); }
              Exception why() { return new java.nio.file.NoSuchFileException("x"); }
              record Key(long stream, String name, java.nio.file.Path file) {}
              java.util.Set<Key> keys = java.util.concurrent.ConcurrentHashMap.newKeySet();
              java.util.Map<Long, Close> byNumber = new java.util.HashMap<>();
              java.util.LinkedHashSet<Object> first = new java.util.LinkedHashSet<>();
              Object none = java.util.Set.of(1).equals(java.util.Map.of(1, 2));
            }
            """);
    assertThat(
            ArchitectureRules.all().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("packages are null-marked"))
                .map(entry -> entry.getValue().evaluate(close.compile(files, folder)))
                .filter(EvaluationResult::hasViolation))
        .isEmpty();
  }

  private static List<Breach> layerBreaches() {
    return List.of(
        Breach.of(
            "layers point downwards",
            "package io.bop.aof.segment; class Up { io.bop.aof.tier0.Hot hot; }",
            "package io.bop.aof.tier0; public class Hot {}"),
        Breach.of(
            "layers point downwards",
            "package io.bop.aof.tier0; class Sideways { io.bop.aof.tier1.Warm warm; }",
            "package io.bop.aof.tier1; public class Warm {}"),
        Breach.of(
            "layers point downwards",
            "package io.bop.aof; class Face { io.bop.aof.io.Host host; }",
            "package io.bop.aof.io; public class Host {}"),
        Breach.of("every package has a layer", "package io.bop.aof.misc; class Stray {}"),
        Breach.of(
            "packages have no cycles",
            "package io.bop.aof.objectstore; public class A { io.bop.aof.objectstore.s3.B b; }",
            "package io.bop.aof.objectstore.s3; public class B { io.bop.aof.objectstore.A a; }"));
  }

  private static List<Breach> fileBreaches() {
    return List.of(
        inCore("files only in io", "tier1", "Object o() { return java.nio.file.Files.class; }"),
        inCore("files only in io", "segment", "java.nio.channels.FileChannel channel;"),
        inCore("files only in io", "segment", "java.nio.MappedByteBuffer buffer;"),
        inCore("files only in io", "manifest", "java.io.RandomAccessFile file;"),
        inCore(
            "files only in io",
            "objectstore.filesystem",
            "Object o(java.nio.file.Path p) { return p.toFile(); }"),
        inCore("format is pure", "format", "java.nio.channels.ByteChannel channel;"),
        inCore("format is pure", "format", "java.util.concurrent.Executor executor;"),
        inCore("format is pure", "format", "Object o() { return Thread.currentThread(); }"),
        inCore("format is pure", "format", "org.slf4j.Logger log;"),
        Breach.of(
            "format is pure",
            "package io.bop.aof.format; class Bad { io.bop.aof.io.Time time; }",
            "package io.bop.aof.io; public class Time {}"));
  }

  private static List<Breach> clockBreaches() {
    return List.of(
        inCore("clocks only in io", "tier2", "long t() { return System.nanoTime(); }"),
        inCore("clocks only in io", "store", "long t() { return System.currentTimeMillis(); }"),
        inCore("clocks only in io", "format", "Object t() { return java.time.Instant.now(); }"),
        inCore(
            "clocks only in io", "read", "java.util.function.LongSupplier t = System::nanoTime;"),
        inCore("clocks only in io", "tier2", "Object t() { return new java.util.Date(); }"));
  }

  private static List<Breach> threadBreaches() {
    String rule = "threads only in io";
    return List.of(
        inCore(rule, "store", "void t() { new Thread(() -> {}).start(); }"),
        inCore(rule, "tier2", "void t() throws Exception { Thread.sleep(1); }"),
        inCore(rule, "tier0", "void t() { java.util.concurrent.locks.LockSupport.park(); }"),
        inCore(
            rule,
            "tier1",
            "Object t() { return java.util.concurrent.Executors.newCachedThreadPool(); }"),
        inCore(
            rule,
            "read",
            "Object t() { return java.util.concurrent.CompletableFuture.runAsync(() -> {}); }"));
  }

  private static List<Breach> machineBreaches() {
    return List.of(
        inCore("chance only in io", "tier2", "java.util.Random random = new java.util.Random(1);"),
        inCore("chance only in io", "tier0", "Object o() { return java.util.UUID.randomUUID(); }"),
        inCore("chance only in io", "tier2", "double d() { return Math.random(); }"),
        inCore(
            "the process only in io",
            "store",
            "long pid() { return ProcessHandle.current().pid(); }"),
        Breach.of(
            "the real machine only in io",
            "package io.bop.aof.io; public class SystemDisk {}",
            "package io.bop.aof.store; class Bad { io.bop.aof.io.SystemDisk disk; }"),
        Breach.of(
            "the real machine chosen by store",
            "package io.bop.aof.tier2; class Bad { Object o = io.bop.aof.io.Host.system(); }"),
        inCore("a guest in the process", "recovery", "void t() { System.exit(1); }"),
        inCore("a guest in the process", "recovery", "void t() { System.out.println(); }"));
  }

  private static List<Breach> orderBreaches() {
    String salted = "no salted order";
    String identity = "no order by identity";
    String state = "package io.bop.aof; public enum State { ON, OFF }";
    return List.of(
        inCore(salted, "read", "Object o(java.util.List<?> l) { return java.util.Set.copyOf(l); }"),
        inCore(salted, "read", "Object o() { return java.util.Set.of(1, 2); }"),
        inCore(salted, "read", "Object o(Long[] l) { return java.util.Set.of(l); }"),
        inCore(salted, "store", "Object o() { return java.util.Map.of(1, 2, 3, 4); }"),
        inCore(salted, "tier1", "int hash() { return System.identityHashCode(this); }"),
        inCore(salted, "tier1", "Object o = new java.util.IdentityHashMap<Long, Long>();"),
        inCore(
            identity,
            "coordinator",
            "java.util.Set<Bad> bad = java.util.concurrent.ConcurrentHashMap.newKeySet();"),
        inCore(
            identity,
            "tier2",
            "java.util.HashMap<Runnable, Long> set; void t() { set = new java.util.HashMap<>(); }"),
        Breach.of(
            identity,
            state,
            "package io.bop.aof.read; class Bad {"
                + " java.util.Map<io.bop.aof.State, Long> counts = new java.util.HashMap<>(); }"),
        Breach.of(
            identity,
            state,
            "package io.bop.aof.read; public record Key(long id, io.bop.aof.State state) {}",
            "package io.bop.aof.read; class Bad {"
                + " java.util.Set<Key> keys = new java.util.HashSet<>(); }"));
  }

  private static List<Breach> libraryBreaches() {
    String aws = "package software.amazon.awssdk.core; public class SdkClient {}";
    String spring = "package org.springframework.core; public class Ordered {}";
    String micrometer = "package io.micrometer.core; public class Meter {}";
    String log = "package io.bop.aof.manifest; public class ManifestLog { %s }";
    return List.of(
        Breach.of(
            "two writers of the manifest",
            log.formatted("public void append() {}"),
            "package io.bop.aof.tier2; class Bad {"
                + " void t(io.bop.aof.manifest.ManifestLog log) { log.append(); } }"),
        Breach.of(
            "two writers of the manifest",
            log.formatted("public void rotate() {}"),
            "package io.bop.aof.store; class Bad {"
                + " void t(io.bop.aof.manifest.ManifestLog log) { log.rotate(); } }"),
        Breach.of(
            "AWS only in objectstore.s3",
            aws,
            "package io.bop.aof.tier2; class Bad { software.amazon.awssdk.core.SdkClient c; }"),
        inCore("zstd-jni only in zstd", "tier1", "Object o = com.github.luben.zstd.Zstd.class;"),
        inCore(
            "Resilience4j only in tier2",
            "objectstore.filesystem",
            "io.github.resilience4j.circuitbreaker.CircuitBreaker breaker;"),
        Breach.of(
            "no framework",
            spring,
            "package io.bop.aof.store; class Bad extends org.springframework.core.Ordered {}"),
        Breach.of(
            "no framework",
            micrometer,
            "package io.bop.aof.store; class Bad { io.micrometer.core.Meter m; }"));
  }

  private static List<Breach> faceBreaches() {
    return List.of(
        Breach.of(
            "exceptions have one root",
            "package io.bop.aof; public class OddException extends RuntimeException {}"),
        Breach.of(
            "no checked exceptions in public",
            "package io.bop.aof; public class Face {"
                + " public void t() throws java.io.IOException {} }"),
        Breach.of("packages are null-marked", "package io.bop.aof.unmarked; class Bare {}"),
        Breach.of("names say what things are", "package io.bop.aof.read; class ReadHelper {}"));
  }

  /** A class in that package of the engine with one bad member. */
  private static Breach inCore(String rule, String layer, String member) {
    return Breach.of(
        rule, "package " + Layers.BASE + "." + layer + ";\nclass Bad {\n  " + member + "\n}\n");
  }
}
