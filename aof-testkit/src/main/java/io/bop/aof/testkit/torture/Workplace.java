package io.bop.aof.testkit.torture;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.io.Host;
import io.bop.aof.testkit.SeededRandom;
import java.util.List;

/**
 * What the threads of a writing process share. Thread-safe.
 *
 * @param arguments of the process
 * @param host the machine
 * @param reports the way out
 * @param store that is tortured
 * @param streams in the order of {@link TortureStream}
 */
record Workplace(
    WriterArguments arguments,
    Host host,
    Reports reports,
    AofStore store,
    List<AofStream> streams) {

  long seed() {
    return arguments.seed();
  }

  AofStream stream(TortureStream stream) {
    return streams.get(stream.ordinal());
  }

  SeededRandom random(int thread) {
    return arguments.random(thread);
  }

  /** A thread ends: rightly when the store was closed, wrongly otherwise. */
  void ended(String what, Throwable cause) {
    if (!Causes.isClosed(cause)) {
      reports.failed(what, cause);
    }
  }

  void pause(long nanos) throws InterruptedException {
    host.threads().sleep(nanos);
  }
}
