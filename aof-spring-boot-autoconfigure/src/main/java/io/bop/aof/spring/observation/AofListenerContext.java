package io.bop.aof.spring.observation;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.List;

/**
 * One record, or one batch of records, that a listener handles. A single record goes on with the
 * trace of its append; a batch begins a span that links to the traces of all its records.
 */
public final class AofListenerContext extends ReceiverContext<RecordHeaders> {

  private final String listenerId;
  private final String stream;
  private final List<RecordHeaders> headers;
  private final boolean batch;
  private final long offset;
  private final long bytes;

  private AofListenerContext(
      String listenerId, String stream, List<? extends AofRecord> records, boolean batch) {
    super(
        (carrier, name) -> carrier == null ? null : carrier.lastString(name).orElse(null),
        Kind.CONSUMER);
    this.listenerId = listenerId;
    this.stream = stream;
    this.headers = records.stream().map(AofRecord::headers).toList();
    this.batch = batch;
    this.offset = records.get(0).offset();
    this.bytes = records.stream().mapToLong(AofRecord::payloadSize).sum();
    setCarrier(batch ? RecordHeaders.empty() : headers.get(0));
  }

  /** Of a listener that handles one record at a time. */
  public static AofListenerContext ofRecord(String listenerId, String stream, AofRecord record) {
    return new AofListenerContext(listenerId, stream, List.of(record), false);
  }

  /**
   * Of a listener that handles several records at once.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static AofListenerContext ofBatch(
      String listenerId, String stream, List<? extends AofRecord> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("a batch must have records: listener=" + listenerId);
    }
    return new AofListenerContext(listenerId, stream, records, true);
  }

  /** The listener's id. */
  public String listenerId() {
    return listenerId;
  }

  /** Name of the stream. */
  public String stream() {
    return stream;
  }

  /** How many records are handled. */
  public int recordCount() {
    return headers.size();
  }

  /** Bytes of all payloads. */
  public long bytes() {
    return bytes;
  }

  /** Offset of the first record. */
  public long offset() {
    return offset;
  }

  /** Whether the listener handles several at once, even if this time it is one. */
  public boolean isBatch() {
    return batch;
  }

  /** Headers of each record. */
  public List<RecordHeaders> headers() {
    return headers;
  }
}
