package io.bop.aof.testkit.damage;

import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** What was appended to one stream and acknowledged; offsets are dense from 0. */
final class Expected {

  private final String stream;
  private final List<AppendRequest> records;

  Expected(String stream) {
    this(stream, new ArrayList<>());
  }

  private Expected(String stream, List<AppendRequest> records) {
    this.stream = stream;
    this.records = records;
  }

  Expected frozen() {
    return new Expected(stream, Collections.unmodifiableList(new ArrayList<>(records)));
  }

  String stream() {
    return stream;
  }

  void add(AppendRequest request) {
    records.add(request);
  }

  int count() {
    return records.size();
  }

  long timestamp(long offset) {
    return Objects.requireNonNull(records.get((int) offset).timestampMicros());
  }

  /** The lowest offset whose timestamp is at least that; {@link #count} when there is none. */
  long firstAtLeast(long micros) {
    long offset = 0;
    while (offset < count() && timestamp(offset) < micros) {
      offset++;
    }
    return offset;
  }

  /** Whether the record is what was appended at its offset. */
  boolean holds(AofRecord record) {
    if (record.offset() >= count()) {
      return false;
    }
    AppendRequest request = records.get((int) record.offset());
    return record.timestampMicros() == timestamp(record.offset())
        && Arrays.equals(record.payloadBytes(), request.payload())
        && Arrays.equals(record.key().orElse(null), request.key())
        && record.extId().equals(request.extId())
        && record.headers().equals(request.headers());
  }
}
