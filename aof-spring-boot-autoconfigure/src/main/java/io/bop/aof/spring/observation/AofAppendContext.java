package io.bop.aof.spring.observation;

import io.bop.aof.AppendRequest;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.List;
import java.util.OptionalLong;

/**
 * One append that is observed. The trace context goes into the headers of all its records. Written
 * by the appending thread before the observation ends.
 */
public final class AofAppendContext extends SenderContext<List<AppendRequest.Builder>> {

  private final String stream;
  private final int recordCount;
  private volatile long bytes;
  private volatile OptionalLong offset = OptionalLong.empty();

  /** Of these requests, which were not built yet. */
  AofAppendContext(String stream, List<AppendRequest.Builder> requests) {
    super(
        (carrier, name, value) -> {
          if (carrier != null) {
            carrier.forEach(request -> request.header(name, value));
          }
        },
        Kind.PRODUCER);
    setCarrier(requests);
    this.stream = stream;
    this.recordCount = requests.size();
  }

  /** Name of the stream. */
  public String stream() {
    return stream;
  }

  /** How many records are appended. */
  public int recordCount() {
    return recordCount;
  }

  /** Bytes of all payloads. */
  public long bytes() {
    return bytes;
  }

  void bytes(long value) {
    bytes = value;
  }

  /** Offset of the first record; empty until it is known. */
  public OptionalLong offset() {
    return offset;
  }

  void offset(long value) {
    offset = OptionalLong.of(value);
  }
}
