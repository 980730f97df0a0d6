package io.bop.aof.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The machine, its software and the code that a run was made with.
 *
 * @param cores processors that the JVM may use
 * @param cpu the processor's own name
 * @param ramBytes memory of the machine
 * @param jdk version and vendor of the JDK
 * @param jvmFlags how the JVM was started
 * @param kernel the operating system's kernel
 * @param fileSystem type and device of the file system that files go to
 * @param commit of the working tree; {@code -dirty} when it has changes
 */
public record EnvironmentReport(
    int cores,
    String cpu,
    long ramBytes,
    String jdk,
    String jvmFlags,
    String kernel,
    String fileSystem,
    String commit) {

  private static final String UNKNOWN = "unknown";
  private static final int GIT_SECONDS = 10;
  private static final long MEBIBYTE = 1024L * 1024L;

  /** The machine as it is now; {@code dir} must exist. */
  public static EnvironmentReport of(Path dir) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
    FileStore store = Files.getFileStore(dir);
    return new EnvironmentReport(
        Runtime.getRuntime().availableProcessors(),
        cpuName(),
        system.getTotalMemorySize(),
        System.getProperty("java.vm.version") + ", " + System.getProperty("java.vendor"),
        arguments.isEmpty() ? "none" : String.join(" ", arguments),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        store.type() + " on " + store.name(),
        commitOfWorkingTree());
  }

  /** Whether files go to memory, where a force costs nothing. */
  public boolean isInMemory() {
    return fileSystem.startsWith("tmpfs") || fileSystem.startsWith("ramfs");
  }

  /** Name and value of each fact, in the order to show them. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("commit", commit);
    facts.put("jdk", jdk);
    facts.put("jvm flags", jvmFlags);
    facts.put("kernel", kernel);
    facts.put("cores", cores + " × " + cpu);
    facts.put("ram", ramBytes / MEBIBYTE + " MiB");
    facts.put("file system", fileSystem);
    return facts;
  }

  private static String cpuName() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch", UNKNOWN);
    }
    return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(System.getProperty("os.arch", UNKNOWN));
  }

  /* Asked of git when it runs and not when it was built, so that a build stays reproducible. */
  private static String commitOfWorkingTree() {
    String given = System.getProperty("aof.commit");
    if (given != null) {
      return given;
    }
    String commit = git("rev-parse", "--short=12", "HEAD");
    if (commit.isEmpty()) {
      return UNKNOWN;
    }
    return git("status", "--porcelain", "--untracked-files=no").isEmpty()
        ? commit
        : commit + "-dirty";
  }

  private static String git(String... arguments) {
    try {
      ProcessBuilder builder = new ProcessBuilder("git");
      builder.command().addAll(List.of(arguments));
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      boolean ended = process.waitFor(GIT_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
