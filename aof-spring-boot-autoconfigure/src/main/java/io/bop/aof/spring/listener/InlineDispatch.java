package io.bop.aof.spring.listener;

import java.util.List;

/** Calls the listener on the worker's own thread: {@link DeliveryOrder#STREAM}. */
final class InlineDispatch implements Dispatch {

  private final Deliverer deliverer;
  private final boolean afterEach;

  InlineDispatch(ListenerRun run) {
    this.deliverer = new Deliverer(run);
    this.afterEach = run.setup().options().ackMode() == AckMode.RECORD;
  }

  @Override
  public void start() {}

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public void dispatch(StreamConsumer consumer, List<Tracked> batch) {
    deliverer.deliver(consumer, batch, () -> consumer.save(afterEach), () -> consumer.save(true));
  }

  @Override
  public void checkpoint(StreamConsumer consumer) {
    consumer.save(true);
  }

  @Override
  public void awaitEnd() {}
}
