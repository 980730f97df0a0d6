package io.bop.aof.spring.boot.test.alerts;

import io.bop.aof.AppendRequest;
import io.bop.aof.spring.boot.metrics.AofListenerMeterBinder;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpoint;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofRecordRecoverer;
import io.bop.aof.spring.listener.DefaultAofListenerErrorHandler;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.util.Collections;
import java.util.List;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.util.backoff.FixedBackOff;

/** Listeners whose database is away. */
final class ListenerCauses {

  private static final int BATCH = 1_000;
  private static final long PAUSE_MILLIS = 250;

  private ListenerCauses() {}

  static List<Cause> all() {
    return List.of(
        new DatabaseAway("listener-failed", 0, 1, "AofListenerFailed"),
        new DatabaseAway("listener-lag", FixedBackOff.UNLIMITED_ATTEMPTS, 12, "AofListenerLag"));
  }

  private static Machine newMachine() {
    return new Machine(
        new MemoryBucket(), (on, events) -> Engine.open(Machine.config(events).build(), on.host()));
  }

  /** Every call of the listener fails: it gives up, or tries on while records come. */
  private static final class DatabaseAway extends MachineCause {

    private final AofListenerEndpointRegistry listeners =
        new AofListenerEndpointRegistry(
            new StaticListableBeanFactory().getBeanProvider(AofListenerContainer.class));
    private final AofListenerMeterBinder meters = new AofListenerMeterBinder(listeners);
    private final int batches;
    private volatile boolean away;

    DatabaseAway(String name, long retries, int batches, String... alerts) {
      super(name, newMachine(), alerts);
      this.batches = batches;
      AofListenerErrorHandler handler =
          new DefaultAofListenerErrorHandler(
              new FixedBackOff(PAUSE_MILLIS, retries), AofRecordRecoverer.stop());
      AofListenerEndpoint endpoint =
          AofListenerEndpoint.builder("projection")
              .streams(Machine.STREAM)
              .onBatch((deliveries, ack) -> store())
              .build();
      append(1);
      listeners.register(
          endpoint, new AofListenerContainerFactory(machine().store()).withErrorHandler(handler));
      meters.bindTo(machine().application().registry());
      listeners.start();
    }

    private void store() {
      if (away) {
        throw new IllegalStateException("the database is away");
      }
    }

    private void append(int count) {
      AppendRequest record = AppendRequest.of(new byte[10]);
      for (int n = 0; n < count; n++) {
        machine().stream().appendAll(Collections.nCopies(BATCH, record));
      }
    }

    @Override
    void happen() {
      away = true;
      append(batches);
    }

    @Override
    void end() {
      away = false;
      listeners.containers().forEach(AofListenerContainer::start);
    }

    @Override
    public void close() {
      listeners.stop();
      super.close();
    }
  }
}
