package io.bop.aof.spring.listener;

import java.util.List;

/** How a worker gets what it has read to the listener. */
interface Dispatch {

  /** Starts what it needs. */
  void start();

  /** Whether no more may be read now. */
  boolean isFull();

  /** Takes a polled batch over, and marks in the consumer's progress what was handled. */
  void dispatch(StreamConsumer consumer, List<Tracked> batch);

  /** Saves the place of the consumer if the mode says that it is time. */
  void checkpoint(StreamConsumer consumer);

  /** Waits for what is still being handled, after the run was told to stop. */
  void awaitEnd();
}
