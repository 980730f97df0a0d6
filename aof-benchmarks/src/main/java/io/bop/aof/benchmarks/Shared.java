package io.bop.aof.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that several contestants of a scenario work on: made for the first, closed after the
 * last. Used by one thread.
 *
 * @param <T> what is shared
 */
public final class Shared<T extends Closeable> {

  private final Maker<T> maker;
  private @Nullable T value;
  private int uses;

  /** Made when it is first used. */
  public Shared(Maker<T> maker) {
    this.maker = maker;
  }

  /** Makes it, or counts one more use. */
  public Use<T> use() throws Exception {
    T current = value;
    if (current == null) {
      current = maker.make();
      value = current;
    }
    uses++;
    return new Use<>(this, current);
  }

  private void release() throws IOException {
    uses--;
    T current = value;
    if (uses == 0 && current != null) {
      value = null;
      current.close();
    }
  }

  /**
   * How to make it.
   *
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface Maker<T> {
    /** A new one. */
    T make() throws Exception;
  }

  /**
   * One contestant's right to it.
   *
   * @param <T> what is used
   */
  public static final class Use<T extends Closeable> implements Closeable {
    private final Shared<T> owner;
    private final T value;

    private Use(Shared<T> owner, T value) {
      this.owner = owner;
      this.value = value;
    }

    /** What is used; not after {@link #close}. */
    public T get() {
      return value;
    }

    @Override
    public void close() throws IOException {
      owner.release();
    }
  }
}
