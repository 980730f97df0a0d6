package io.bop.aof.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of work that several contestants do in turn. The first contestant is the reference that
 * the others are divided by.
 *
 * @param name unique, in words joined by {@code -}, with its parameters behind slashes
 * @param recordSize payload bytes of one record
 * @param threads how many threads work
 * @param volumeBytes bytes that one round writes or reads; 0: bounded by time
 * @param target least share of the reference's rate that ours must reach; null: none was set
 * @param contestants how to make them, the reference first
 */
public record Scenario(
    String name,
    int recordSize,
    int threads,
    long volumeBytes,
    @Nullable Double target,
    List<Entry> contestants) {

  /** Copies the list. */
  public Scenario {
    contestants = List.copyOf(contestants);
  }

  /** Makes one contestant; what it needs for all rounds is made here. */
  @FunctionalInterface
  public interface Entry {
    /** A contestant that is ready for its first round. */
    Contestant open() throws Exception;
  }
}
