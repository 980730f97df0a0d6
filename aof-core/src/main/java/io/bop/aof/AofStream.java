package io.bop.aof;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One named, ordered sequence of records.
 *
 * <p>All methods are safe for use by many threads; appends of different threads do not wait for
 * each other. Offsets are dense and start at 0; all ranges are half-open.
 */
public interface AofStream {

  /** The name it was created with. */
  String name();

  /**
   * Appends one record and waits until it is as safe as the store's durability says.
   *
   * @param payload copied before this returns; may be empty
   * @return the record's offset
   * @throws RecordTooLargeException when it exceeds the store's largest record; nothing was written
   * @throws BackpressureException when a bounded resource did not become free within the append
   *     timeout; nothing was written
   * @throws AppendOutcomeUnknownException when the timeout passed after the record had its place
   * @throws FlushFailedException when the disk refused to make it durable
   */
  long append(byte[] payload);

  /**
   * Like {@link #append(byte[])}, of the buffer's remaining bytes; its position does not change.
   */
  long append(ByteBuffer payload);

  /**
   * Appends one record with key, headers, time, durability and conditions of its own.
   *
   * @throws OffsetConflictException when the request expected another offset; nothing was written
   */
  AppendResult.Appended append(AppendRequest request);

  /**
   * Appends all records of a batch, contiguous and atomic: after any crash either all of them are
   * there or none. Durability, timeout and expected offset are taken from the first request.
   *
   * @return the result of the first record; the others follow it without a gap
   * @throws IllegalArgumentException when the batch is empty
   * @throws RecordTooLargeException when the batch does not fit in one segment
   */
  AppendResult.Appended appendAll(List<AppendRequest> batch);

  /**
   * Appends one record; the future completes, on a thread of the store, when the record is as safe
   * as asked. The record has its place, and so its order among this caller's records, when this
   * method returns. The method itself may wait for room, up to the append timeout; failures arrive
   * through the future.
   */
  CompletableFuture<AppendResult.Appended> appendAsync(AppendRequest request);

  /**
   * Appends with {@link Durability#MEMORY} and never waits for a resource: what is not free at once
   * is answered with {@link AppendResult.Refused}.
   */
  AppendResult tryAppend(byte[] payload);

  /**
   * Hands out a buffer to build a payload in. Nothing is reserved in the stream before {@link
   * AppendReservation#commit()}, so a slow caller holds up nobody.
   *
   * @param payloadLength the exact length, at least 0
   */
  AppendReservation reserve(int payloadLength);

  /** When this returns, everything appended to this stream before the call is durable. */
  void flush();

  /**
   * Closes the active segment, so that it can move to the colder tiers; the next append begins a
   * new one. Returns when the segment is durable and immutable. Does nothing on an empty segment.
   */
  void seal();

  /**
   * Retires all segments that lie wholly below {@code offset}. {@link #startOffset()} rises to the
   * base offset of the oldest segment that stays.
   *
   * @throws OffsetOutOfRangeException when {@code offset} is beyond {@link #nextOffset()}
   */
  void truncateBefore(long offset);

  /**
   * Has the segments with records of a range brought back to Tier 1 that only Tier 2 has: in the
   * background, oldest first, as many at once as hydrations may run. It makes room by evicting what
   * was used longest ago; what cannot be brought back is left to its readers.
   *
   * @param from first offset
   * @param to first offset after the range, at least {@code from}
   * @return how many segments are to be brought back
   * @throws IllegalArgumentException when they are more than the budget of Tier 1 holds
   * @throws ReadOnlyStoreException on a follower
   */
  int prefetch(long from, long to);

  /**
   * Reads every copy of the sealed segments with records of a range, in all tiers, and says which
   * are damaged. Changes nothing by itself; what is damaged is made again afterwards, if another
   * copy is intact. Reads as fast as it can, on the calling thread, from Tier 2 too: what is read
   * there costs requests and traffic.
   *
   * @param from first offset
   * @param to first offset after the range, at least {@code from}
   * @throws ReadOnlyStoreException on a follower
   */
  VerifyReport verify(long from, long to);

  /** The oldest readable offset. */
  long startOffset();

  /** The offset that the next record gets: first after all readable records. */
  long nextOffset();

  /** All records below survive a power loss. */
  long durableOffset();

  /**
   * All records below are in Tier 2 and recorded there, as Tier 2 itself has confirmed: to this
   * store, or to an earlier run of it, whose word is kept beside the manifest. So after an open it
   * is at once what it was, or less if that word was lost with a power loss or a bucket that was
   * away for long; then it rises when Tier 2 has answered. It does not fall when Tier 2 loses
   * objects: reads, the background verification and drills notice that.
   */
  long archivedOffset();

  /** A reader with {@link ReadOptions#defaults()}. */
  AofReader reader(ReadFrom from);

  /**
   * A reader that begins at {@code from}. Close it after use.
   *
   * @throws OffsetOutOfRangeException when the place does not exist and the options do not say to
   *     begin at the start instead
   * @throws OffsetDivergedException when it is a cursor, and records below it were replaced by a
   *     takeover
   */
  AofReader reader(ReadFrom from, ReadOptions options);

  /** This stream's segments, residency and offsets, read from memory only. */
  StreamSnapshot snapshot();
}
