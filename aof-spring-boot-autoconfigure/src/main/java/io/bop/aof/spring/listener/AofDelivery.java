package io.bop.aof.spring.listener;

import io.bop.aof.AofRecord;
import java.util.Objects;

/**
 * A record on its way to a listener.
 *
 * @param stream the stream it was read from
 * @param record a copy: it stays valid
 */
public record AofDelivery(String stream, AofRecord record) {

  /** Neither may be null. */
  public AofDelivery {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(record, "record");
  }

  /** Leaves the payload out, which may be large or secret. */
  @Override
  public String toString() {
    return "stream=" + stream + " offset=" + record.offset();
  }
}
