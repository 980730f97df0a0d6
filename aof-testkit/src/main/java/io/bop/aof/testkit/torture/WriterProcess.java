package io.bop.aof.testkit.torture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A writing process, and the signals that it is tortured with. Confined to one thread. */
final class WriterProcess implements Closeable {

  private static final long PATIENCE_SECONDS = 60;

  private final Process process;

  private WriterProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts one with this process's Java and class path.
   *
   * @param log where its errors, its log and its thread dumps go
   */
  static WriterProcess start(WriterArguments arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:ErrorFile=" + log + ".crash",
            "-cp",
            System.getProperty("java.class.path"),
            TortureWriter.class.getName()));
    command.addAll(arguments.toCommandLine());
    return new WriterProcess(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
            .start());
  }

  /** What it says. */
  InputStream pipe() {
    return process.getInputStream();
  }

  /** SIGSTOP: none of its threads moves. */
  void stop() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  /** SIGQUIT: every thread's stack goes to the log. */
  void dumpThreads() throws IOException, InterruptedException {
    signal("-QUIT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start();
    if (!kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      kill.destroyForcibly();
    }
  }

  /** SIGKILL, and waits until it is dead. What it said can still be heard. */
  void kill() throws IOException, InterruptedException {
    // Through the handle: the process's own method throws away what is still in the pipe.
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** Asks it to close the store and to end. */
  void askToClose() throws IOException {
    process.getOutputStream().write(0);
    process.getOutputStream().flush();
  }

  /** Waits until it is dead. */
  void awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      dumpThreads();
      TimeUnit.SECONDS.sleep(1);
      throw new Violation("the writing process does not end: pid=" + process.pid());
    }
  }

  /** Its exit status; it must have ended. */
  int exitStatus() {
    return process.exitValue();
  }

  /** Kills it if it lives. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
