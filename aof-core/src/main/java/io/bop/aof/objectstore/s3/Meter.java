package io.bop.aof.objectstore.s3;

import io.bop.aof.objectstore.ObjectStoreUsage;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is sent, as a bill would. Thread-safe. */
final class Meter {

  private final LongAdder puts = new LongAdder();
  private final LongAdder lists = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder deletes = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();

  /** Classes of requests that have prices of their own. */
  enum Kind {
    PUT,
    LIST,
    READ,
    DELETE
  }

  void request(Kind kind) {
    switch (kind) {
      case PUT -> puts.increment();
      case LIST -> lists.increment();
      case READ -> reads.increment();
      case DELETE -> deletes.increment();
    }
  }

  void sent(long bytes) {
    bytesSent.add(bytes);
  }

  void received(long bytes) {
    bytesReceived.add(bytes);
  }

  ObjectStoreUsage usage() {
    return new ObjectStoreUsage(
        puts.sum(), lists.sum(), reads.sum(), deletes.sum(), bytesSent.sum(), bytesReceived.sum());
  }
}
