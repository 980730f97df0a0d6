package io.bop.aof.testkit.proof;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestReplay;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.tier2.StoreIdentity;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Compares the bucket with the ledger that its own manifest chunks tell: what somebody would find
 * who has the bucket alone. Reads each chunk once.
 */
final class BucketAudit {

  private final MemoryBucket bucket;
  private @Nullable Ledger ledger;
  private long chunks;

  BucketAudit(MemoryBucket bucket) {
    this.bucket = bucket;
  }

  /** How many manifest chunks are in the bucket. */
  long chunks() {
    ledger();
    return chunks;
  }

  /** The state after all chunks in the bucket; null: there is no store in it yet. */
  private @Nullable Ledger ledger() {
    Ledger known = ledger;
    if (known == null) {
      Optional<byte[]> identity = bucket.content(StoreIdentity.KEY);
      if (identity.isEmpty()) {
        return null;
      }
      known = new Ledger(StoreIdentity.parse(identity.get()).storeId());
      ledger = known;
    }
    while (true) {
      String key = ObjectKeys.manifestChunk(chunks);
      Optional<byte[]> chunk = bucket.content(key);
      if (chunk.isEmpty()) {
        return known;
      }
      ManifestReplay.applyChunk(known, chunk.get(), key);
      chunks++;
    }
  }

  /** Whether the bucket has a copy of the segment that a store counts on. */
  boolean isArchived(long streamId, long segmentId) {
    Ledger told = ledger();
    SegmentEntry entry = told == null ? null : told.segment(streamId, segmentId);
    return told != null
        && entry != null
        && counts(told, entry)
        && bucket.content(entry.objectKey()).isPresent();
  }

  /** The stream's name, as far as the bucket has it. */
  String nameOf(long streamId) {
    Ledger told = ledger();
    StreamLedger stream = told == null ? null : told.stream(streamId);
    return stream == null ? "" : stream.name();
  }

  private static boolean counts(Ledger told, SegmentEntry entry) {
    return entry.state() == SegmentState.UPLOADED
        && entry.in(Tier.TIER2)
        && !told.pendingDeletes().containsKey(entry.objectKey());
  }

  /** What is shown as archived is in the bucket, and recorded there. */
  void checkShown(String stream, long archivedOffset) {
    Ledger told = ledger();
    StreamLedger known = told == null ? null : told.stream(stream);
    long recorded = known == null ? 0 : known.archivedOffset();
    if (archivedOffset > recorded) {
      throw new AssertionError(
          "shown as archived and not recorded in the bucket: stream="
              + stream
              + " shown="
              + archivedOffset
              + " recorded="
              + recorded);
    }
  }

  /** No object is missing that the bucket's own manifest counts on. */
  void checkObjects() {
    Ledger told = ledger();
    if (told == null) {
      return;
    }
    Set<String> keys = new HashSet<>(bucket.keys());
    for (StreamLedger stream : told.streams()) {
      for (SegmentEntry entry : stream.segments()) {
        if (counts(told, entry) && !keys.contains(entry.objectKey())) {
          throw new AssertionError("an object is missing: key=" + entry.objectKey());
        }
      }
    }
  }

  /** Whether every delete that was announced is carried out, and each object has its record. */
  boolean isSettled() {
    Ledger told = ledger();
    return told == null
        || (undeleted(told) == null && unknown(told) == null && retired(told) == null);
  }

  /** All objects are whole, and none is there that nobody knows. */
  void checkSettled() {
    Ledger told = ledger();
    if (told == null) {
      return;
    }
    checkObjects();
    String orphan = unknown(told);
    if (orphan != null) {
      throw new AssertionError("an object that no record names: key=" + orphan);
    }
    String retired = retired(told);
    if (retired != null) {
      throw new AssertionError("the object of a retired segment stays: key=" + retired);
    }
    String undeleted = undeleted(told);
    if (undeleted != null) {
      throw new AssertionError("an announced delete is not carried out: key=" + undeleted);
    }
    for (StreamLedger stream : told.streams()) {
      for (SegmentEntry entry : stream.segments()) {
        if (counts(told, entry)) {
          checkContent(entry);
        }
      }
    }
  }

  private void checkContent(SegmentEntry entry) {
    byte[] bytes = bucket.content(entry.objectKey()).orElseThrow();
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    if (bytes.length != entry.compressedBytes() || (int) crc.getValue() != entry.objectCrc()) {
      throw new AssertionError("an object is not what its record says: " + entry);
    }
  }

  private @Nullable String undeleted(Ledger told) {
    for (String key : told.pendingDeletes().keySet()) {
      if (bucket.content(key).isPresent()) {
        return key;
      }
    }
    return null;
  }

  private @Nullable String retired(Ledger told) {
    for (StreamLedger stream : told.streams()) {
      for (SegmentEntry entry : stream.segments()) {
        if (entry.state() == SegmentState.RETIRED
            && entry.uploadStarted()
            && bucket.content(entry.objectKey()).isPresent()) {
          return entry.objectKey();
        }
      }
    }
    return null;
  }

  private @Nullable String unknown(Ledger told) {
    for (String key : bucket.keys()) {
      Optional<ObjectKeys.SegmentKey> parsed = ObjectKeys.parseSegment(key);
      if (parsed.isPresent()) {
        SegmentEntry entry = told.segment(parsed.get().streamId(), parsed.get().segmentId());
        boolean known = entry != null && entry.hasObject(key);
        if (!known && !told.pendingDeletes().containsKey(key)) {
          return key;
        }
      }
    }
    return null;
  }
}
