package io.bop.aof.spring.listener;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import java.util.concurrent.atomic.AtomicLong;

/** What a container knows of one stream, over all its starts and stops. Thread-safe. */
final class StreamCounters {

  private final String stream;
  private final AtomicLong records = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong recovered = new AtomicLong();
  private volatile long position;
  private volatile long saved;

  StreamCounters(String stream) {
    this.stream = stream;
  }

  void position(long value) {
    position = value;
  }

  void saved(long value) {
    saved = value;
  }

  void handled(int count) {
    records.addAndGet(count);
  }

  void failed() {
    failures.incrementAndGet();
  }

  void recovered() {
    records.incrementAndGet();
    recovered.incrementAndGet();
  }

  AofListenerSnapshot.Stream snapshot(AofStore store) {
    long at = position;
    return new AofListenerSnapshot.Stream(
        stream, at, saved, lag(store, at), records.get(), failures.get(), recovered.get());
  }

  private long lag(AofStore store, long at) {
    try {
      return store
          .findStream(stream)
          .map(found -> Math.max(0, found.durableOffset() - Math.max(at, found.startOffset())))
          .orElse(0L);
    } catch (AofException e) {
      // The store is closed, and nobody will handle anything any more.
      return 0;
    }
  }
}
