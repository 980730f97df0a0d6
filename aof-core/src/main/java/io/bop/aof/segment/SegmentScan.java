package io.bop.aof.segment;

import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.format.SparseIndex;
import java.io.IOException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Walks all records of a segment, checks each, and gathers what footer and index need. One scan is
 * run once, by one thread, and holds one bounded buffer.
 */
public final class SegmentScan {

  /** Where the bytes come from. */
  public interface Source {
    /** Copies exactly {@code length} bytes from {@code position} of the file. */
    void read(long position, byte[] dst, int offset, int length) throws IOException;
  }

  /**
   * What was found; whole batches only.
   *
   * @param recordCount records from the base offset on, paddings included
   * @param dataEnd position behind the last of them
   * @param recordsCrc CRC32C of all their bytes, alignment included
   * @param minTimestamp lowest timestamp; {@link Long#MAX_VALUE} without records
   * @param maxTimestamp highest timestamp; {@link Long#MIN_VALUE} without records
   * @param hasLastExtId whether any record has an ext id
   * @param lastExtId of the last that has one; 0 without
   * @param index sparse index
   * @param stoppedAt position of the first bytes that are no record; the limit if all are
   * @param reason why the walk stopped before the limit; null: it did not
   */
  public record Result(
      long recordCount,
      long dataEnd,
      int recordsCrc,
      long minTimestamp,
      long maxTimestamp,
      boolean hasLastExtId,
      long lastExtId,
      SparseIndex index,
      long stoppedAt,
      @Nullable String reason) {}

  private static final int BUFFER_SIZE = 256 * 1024;

  private final Source source;
  private final long salt;
  private final long baseOffset;
  private final long limit;
  private final RecordScanner scanner = new RecordScanner();
  private final CRC32C crc = new CRC32C();
  private final SparseIndex.Builder index = SparseIndex.builder();

  private byte[] buffer = new byte[BUFFER_SIZE];
  private long bufferPosition = SegmentBytes.DATA_START;
  private int buffered;
  private long count;
  private long wholeEnd = SegmentBytes.DATA_START;
  private long minTimestamp = Long.MAX_VALUE;
  private long maxTimestamp = Long.MIN_VALUE;
  private boolean hasExtId;
  private long extId;

  private SegmentScan(Source source, long salt, long baseOffset, long limit) {
    this.source = source;
    this.salt = salt;
    this.baseOffset = baseOffset;
    this.limit = limit;
  }

  /**
   * Walks the records from {@link SegmentBytes#DATA_START} until {@code limit}, or the first bytes
   * that are no record. A batch that is not complete counts as such bytes.
   */
  public static Result run(Source source, long salt, long baseOffset, long limit)
      throws IOException {
    SegmentScan scan = new SegmentScan(source, salt, baseOffset, limit);
    String reason = scan.walkAll();
    if (scan.wholeEnd == scan.bufferPosition) {
      return scan.result(reason);
    }
    SegmentScan again = new SegmentScan(source, salt, baseOffset, scan.wholeEnd);
    String failure = again.walkAll();
    if (failure != null) {
      throw new IOException("segment changed while it was read: " + failure);
    }
    return again.result(reason == null ? "incomplete batch" : reason);
  }

  private @Nullable String walkAll() throws IOException {
    while (bufferPosition < limit) {
      refill();
      scanner.reset(buffer, 0, buffered, salt, baseOffset + count);
      Step step = walk();
      int used = scanner.nextAt();
      boolean whole = used == buffered;
      if (step == Step.INCOMPLETE && used == 0 && !growForFirst()) {
        return "record ends behind the data: limit=" + limit;
      }
      discard(used);
      if (step == Step.BAD) {
        return scanner.reason();
      }
      if (!whole && step == Step.INCOMPLETE && bufferPosition + buffered >= limit && used > 0) {
        return "record ends behind the data: limit=" + limit;
      }
    }
    return null;
  }

  private Step walk() {
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      accept(bufferPosition + scanner.at());
      step = scanner.advance();
    }
    return step;
  }

  private void accept(long position) {
    int padded = RecordLayout.padded(scanner.size());
    crc.update(buffer, scanner.at(), padded);
    count++;
    if (!scanner.isPadding()) {
      minTimestamp = Math.min(minTimestamp, scanner.timestamp());
      maxTimestamp = Math.max(maxTimestamp, scanner.timestamp());
    }
    if (scanner.hasExtId()) {
      hasExtId = true;
      extId = scanner.extId();
    }
    index.add(
        scanner.offset(), scanner.isPadding() ? Long.MIN_VALUE : scanner.timestamp(), position);
    if (!scanner.hasBatchMore()) {
      wholeEnd = position + padded;
    }
  }

  private void refill() throws IOException {
    int length = (int) Math.min(buffer.length, limit - bufferPosition);
    if (length > buffered) {
      source.read(bufferPosition + buffered, buffer, buffered, length - buffered);
      buffered = length;
    }
  }

  /* The first record in the buffer does not fit into it: true when a larger one can hold it. */
  private boolean growForFirst() {
    long left = limit - bufferPosition;
    if (buffered >= left || buffer.length > RecordLayout.MAX_SIZE) {
      return false;
    }
    int larger = Math.min(buffer.length * 4, RecordLayout.padded(RecordLayout.MAX_SIZE) + 8);
    byte[] copy = new byte[larger];
    System.arraycopy(buffer, 0, copy, 0, buffered);
    buffer = copy;
    return true;
  }

  private void discard(int used) {
    System.arraycopy(buffer, used, buffer, 0, buffered - used);
    buffered -= used;
    bufferPosition += used;
  }

  private Result result(@Nullable String reason) {
    return new Result(
        count,
        bufferPosition,
        (int) crc.getValue(),
        minTimestamp,
        maxTimestamp,
        hasExtId,
        extId,
        index.build(),
        bufferPosition,
        reason);
  }
}
