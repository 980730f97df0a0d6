package io.bop.aof.spring.core;

import io.bop.aof.AppendResult;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * An append with everything special about it, made by {@link AofOperations#newAppend}. Not
 * thread-safe.
 */
public interface AppendSpec {

  /** The stream; without it the default stream. */
  AppendSpec toStream(String stream);

  /** The key; see {@link AofOperations} for what can be one. */
  AppendSpec withKey(Object key);

  /** One more header, its value in UTF-8. */
  AppendSpec withHeader(String name, String value);

  /** One more header. */
  AppendSpec withHeader(String name, byte[] value);

  /** The record's time; cut to microseconds. */
  AppendSpec withTimestamp(Instant timestamp);

  /** The caller's own identifier: a log index, an LSN, an upstream offset. */
  AppendSpec withExtId(long extId);

  /**
   * The offset that the record must get, at least 0; otherwise nothing is written and the append
   * fails with {@link OffsetConflictException}.
   */
  AppendSpec expectingOffset(long offset);

  /** How safe the record must be before the append is acknowledged. */
  AppendSpec durability(Durability durability);

  /** How long to wait at most for room and for durability; positive. */
  AppendSpec timeout(Duration timeout);

  /** Appends and waits; see {@link AofOperations#append(String, Object)}. */
  AppendResult.Appended append();

  /** Appends; see {@link AofOperations#appendAsync(String, Object)}. */
  CompletableFuture<AppendResult.Appended> appendAsync();

  /**
   * Appends when the transaction commits; see {@link AofOperations#appendAfterCommit(String,
   * Object)}.
   */
  CompletableFuture<AppendResult.Appended> appendAfterCommit();
}
