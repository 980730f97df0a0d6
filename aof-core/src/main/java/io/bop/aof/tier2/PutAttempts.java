package io.bop.aof.tier2;

import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.tier2.Settlement.Finding;
import java.util.Map;
import java.util.Optional;

/**
 * The attempts of one put. Confined to the worker that makes them.
 *
 * <p>Once an attempt may have written the object, whatever it answered, each further one looks
 * first: a look is cheaper than sending the bytes again, and tells whose they are.
 */
final class PutAttempts {

  private final ObjectStore store;
  private final String key;
  private final ObjectBody body;
  private final Map<String, String> metadata;
  private final Settlement settlement;
  private boolean mayBeThere;

  PutAttempts(
      ObjectStore store,
      String key,
      ObjectBody body,
      Map<String, String> metadata,
      Settlement settlement) {
    this.store = store;
    this.key = key;
    this.body = body;
    this.metadata = metadata;
    this.settlement = settlement;
  }

  /** What became of the put. */
  sealed interface Verdict {
    /** The object is there, with these bytes. */
    record There(PutOutcome outcome) implements Verdict {}

    /** Other bytes are there. */
    record Conflict(String difference) implements Verdict {}
  }

  /** One attempt. */
  Verdict next() throws ObjectStoreException {
    if (mayBeThere) {
      Optional<Verdict> settled = settle();
      if (settled.isPresent()) {
        return settled.get();
      }
    }
    if (putOnce() instanceof PutResult.Created) {
      return new Verdict.There(PutOutcome.CREATED);
    }
    mayBeThere = true;
    return settle()
        .orElseThrow(() -> new UnclearObjectException("object exists and is missing: key=" + key));
  }

  /** After the last attempt failed: perhaps it is there all the same. */
  Verdict afterAll(ObjectStoreException failure) throws ObjectStoreException {
    if (!mayBeThere || !failure.reason().retryable()) {
      throw failure;
    }
    Optional<Verdict> settled;
    try {
      settled = settle();
    } catch (ObjectStoreException e) {
      failure.addSuppressed(e);
      throw failure;
    }
    return settled.orElseThrow(() -> failure);
  }

  private PutResult putOnce() throws ObjectStoreException {
    try {
      return store.putIfAbsent(key, body, metadata);
    } catch (ObjectStoreException e) {
      mayBeThere |= e.reason() == Reason.TIMEOUT || e.reason() == Reason.UNAVAILABLE;
      throw e;
    }
  }

  private Optional<Verdict> settle() throws ObjectStoreException {
    return settlement.look().map(PutAttempts::verdictOf);
  }

  private static Verdict verdictOf(Finding finding) {
    if (finding instanceof Finding.Different different) {
      return new Verdict.Conflict(different.difference());
    }
    return new Verdict.There(PutOutcome.ALREADY_THERE);
  }
}
