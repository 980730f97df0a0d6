package io.bop.aof.spring.core;

import io.bop.aof.AofException;
import io.bop.aof.AofRecord;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendResult;
import io.bop.aof.BackpressureException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.RecordTooLargeException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Appends objects to streams and reads them back. Implemented by {@link AofTemplate}.
 *
 * <p><b>Payloads</b> are converted by an {@link AofRecordConverter}: bytes, text, and JSON for
 * everything else. <b>Keys</b> are text, numbers, booleans, characters, UUIDs and enum constants,
 * each written as its text in UTF-8, or {@code byte[]} and {@link java.nio.ByteBuffer} as they are;
 * another class is refused with {@link IllegalArgumentException}.
 *
 * <p><b>Streams</b> are created by the first append to them or {@link #tail} of them. Reading a
 * stream that does not exist finds nothing and creates nothing.
 *
 * <p><b>Exceptions</b> of the store pass through unchanged: unchecked, all below {@link
 * AofException}. What cannot be converted is an {@link AofConversionException}.
 *
 * <p><b>Transactions</b> of a database do not include appends: a record is there when the append
 * returns, and stays when the transaction rolls back. {@link #appendAfterCommit(String, Object)}
 * waits for the commit.
 *
 * <p>All methods are safe for use by many threads; a {@link Stream} is read by one at a time.
 */
public interface AofOperations {

  /**
   * Appends to the default stream.
   *
   * @throws IllegalStateException when there is no default stream
   * @see #append(String, Object)
   */
  AppendResult.Appended append(Object payload);

  /**
   * Appends one record and waits until it is as safe as the stream's durability says.
   *
   * @return the record's offset and how safe it is
   * @throws RecordTooLargeException when it exceeds the store's largest record; nothing was written
   * @throws BackpressureException when a bounded resource did not become free in time; nothing was
   *     written
   * @throws AppendOutcomeUnknownException when the time was over after the record had its place
   * @throws FlushFailedException when the disk refused to make it durable
   */
  AppendResult.Appended append(String stream, Object payload);

  /** Like {@link #append(String, Object)}, with a key. */
  AppendResult.Appended append(String stream, Object key, Object payload);

  /**
   * Like {@link #append(String, Object)}, if the record gets exactly this offset.
   *
   * @throws OffsetConflictException when the stream is at another offset; nothing was written
   */
  AppendResult.Appended appendExpecting(String stream, long expectedOffset, Object payload);

  /** Like {@link #appendAsync(String, Object)}, to the default stream. */
  CompletableFuture<AppendResult.Appended> appendAsync(Object payload);

  /**
   * Appends one record; the future completes, on a thread of the store, when it is as safe as the
   * stream's durability says. The record has its place when this returns, so that one thread's
   * records keep their order. May wait for room, up to the append timeout. What the store refuses
   * arrives through the future; what cannot be converted is thrown.
   */
  CompletableFuture<AppendResult.Appended> appendAsync(String stream, Object payload);

  /** Like {@link #appendAsync(String, Object)}, with a key. */
  CompletableFuture<AppendResult.Appended> appendAsync(String stream, Object key, Object payload);

  /**
   * Appends all, contiguous and atomic: after any crash either all of them are there or none.
   *
   * @return the result of the first; the others follow it without a gap
   * @throws IllegalArgumentException when there are none
   * @throws RecordTooLargeException when they do not fit in one segment
   */
  AppendResult.Appended appendAll(String stream, Collection<?> payloads);

  /** Like {@link #appendAll(String, Collection)}, each with a key. */
  <T> AppendResult.Appended appendAll(
      String stream, Collection<? extends T> payloads, Function<? super T, ?> keyOf);

  /**
   * Like {@link #appendAll(String, Collection)}, if the first gets exactly this offset.
   *
   * @throws OffsetConflictException when the stream is at another offset; nothing was written
   */
  AppendResult.Appended appendAllExpecting(
      String stream, long expectedOffset, Collection<?> payloads);

  /**
   * Appends one record when the current transaction has committed, and not at all when it rolls
   * back; of a nested transaction that rolls back to its savepoint, neither. The payload is
   * converted now. Records of one transaction are appended in the order of the calls, on the
   * transaction's thread, before its commit returns to the caller; so are those that are asked for
   * while others are told of the commit, but of their failures only the futures and the log tell.
   *
   * <p>An append is never part of the transaction: the process may end between the commit and the
   * append. Where that must not lose a record, write it to a table in the transaction as well, and
   * remove the row when the future completes.
   *
   * @return completes with the append; is cancelled when the transaction does not commit
   * @throws IllegalStateException when this thread is in no transaction
   * @throws AfterCommitAppendException from the commit, not from here, when the record could not be
   *     appended; the transaction is committed then
   */
  CompletableFuture<AppendResult.Appended> appendAfterCommit(String stream, Object payload);

  /** Like {@link #appendAfterCommit(String, Object)}, with a key. */
  CompletableFuture<AppendResult.Appended> appendAfterCommit(
      String stream, Object key, Object payload);

  /** Starts an append with headers, time, durability or conditions of its own. */
  AppendSpec newAppend(Object payload);

  /** All payloads that are in the stream now, oldest first; see {@link #replayRecords}. */
  <T> Stream<T> replay(String stream, Class<T> type);

  /** Payloads from a place on; see {@link #replayRecords}. */
  <T> Stream<T> replay(String stream, Class<T> type, ReadFrom from, ReadOptions options);

  /** All records that are in the stream now, oldest first; see {@link #replayRecords}. */
  <T> Stream<AofMessage<T>> replayMessages(String stream, Class<T> type);

  /** Records from a place on, their payloads converted; see {@link #replayRecords}. */
  <T> Stream<AofMessage<T>> replayMessages(
      String stream, Class<T> type, ReadFrom from, ReadOptions options);

  /**
   * Records from a place on, as copies that stay valid. Read lazily, one at a time; ends at what
   * was the end when this was called, so that a busy writer does not keep it going. Close the
   * stream when done: it holds a reader.
   *
   * <p>By default only durable records are seen; a record appended with {@code MEMORY} durability
   * shows up a few milliseconds later, or at once with {@link ReadOptions.Visibility#COMMITTED}.
   *
   * @throws OffsetOutOfRangeException when the place does not exist
   */
  Stream<AofRecord> replayRecords(String stream, ReadFrom from, ReadOptions options);

  /**
   * Records from a place on, waiting for more at the end. The stream ends when the options say so,
   * when the reading thread is interrupted, or when any thread closes it; closing waits for the
   * read in progress. Close it when done.
   *
   * @throws OffsetOutOfRangeException when the place does not exist
   */
  <T> Stream<AofMessage<T>> tail(String stream, Class<T> type, TailOptions options);

  /** Hands each record of {@link #tail(String, Class, TailOptions)} over, on the calling thread. */
  default <T> void tail(
      String stream, Class<T> type, TailOptions options, Consumer<? super AofMessage<T>> consumer) {
    try (Stream<AofMessage<T>> messages = tail(stream, type, options)) {
      messages.forEach(consumer);
    }
  }

  /**
   * The payload at an offset.
   *
   * @return empty when there is no such record yet, or the offset was left unused
   * @throws OffsetOutOfRangeException when the offset was retired
   */
  <T> Optional<T> readOne(String stream, long offset, Class<T> type);

  /** Like {@link #readOne}, with the whole record. */
  <T> Optional<AofMessage<T>> readOneMessage(String stream, long offset, Class<T> type);

  /** When this returns, everything appended to the stream before the call is durable. */
  void flush(String stream);

  /** Works with the store itself. */
  <R extends @Nullable Object> R execute(AofCallback<R> callback);
}
