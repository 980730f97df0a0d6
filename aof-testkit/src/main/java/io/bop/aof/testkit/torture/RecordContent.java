package io.bop.aof.testkit.torture;

import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import io.bop.aof.RecordHeaders;
import io.bop.aof.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The content of one record: a pure function of the run's seed and of the record's name, which
 * stands at the payload's beginning. So a record proves by itself that it was made by this run.
 */
final class RecordContent {

  /** Largest payload; with key and headers it stays below the store's largest record. */
  static final int MOST_BYTES = 60_000;

  private static final int NAME_SIZE = 2 * Long.BYTES + 2 * Integer.BYTES;

  private final byte[] payload;
  private final byte @Nullable [] key;
  private final RecordHeaders headers;
  private final OptionalLong extId;

  private RecordContent(
      byte[] payload, byte @Nullable [] key, RecordHeaders headers, OptionalLong extId) {
    this.payload = payload;
    this.key = key;
    this.headers = headers;
    this.extId = extId;
  }

  static RecordContent of(long seed, RecordId id, boolean rich) {
    long own = Step.mix(Step.mix(seed, id.writer()), id.step() * 31 + id.index() + 1);
    SeededRandom random = new SeededRandom(own);
    byte[] payload = payload(seed, id, random);
    byte[] key = null;
    RecordHeaders headers = RecordHeaders.empty();
    OptionalLong extId = OptionalLong.empty();
    if (rich && random.oneIn(3)) {
      key = random.bytes(random.between(1, 40));
    }
    if (rich && random.oneIn(4)) {
      headers = headers.with("h" + random.nextInt(5), random.bytes(random.between(0, 60)));
    }
    if (rich && random.oneIn(3)) {
      extId = OptionalLong.of(random.nextLong());
    }
    return new RecordContent(payload, key, headers, extId);
  }

  private static byte[] payload(long seed, RecordId id, SeededRandom random) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.max(NAME_SIZE, size(random)));
    bytes.putLong(seed).putInt(id.writer()).putInt(id.index()).putLong(id.step());
    long word = random.nextLong();
    while (bytes.remaining() >= Long.BYTES) {
      // Some words repeat, so that compression has something to do.
      word = (word & 3) == 0 ? random.nextLong() : word + 1;
      bytes.putLong(word);
    }
    while (bytes.hasRemaining()) {
      bytes.put((byte) random.nextLong());
    }
    return bytes.array();
  }

  private static int size(SeededRandom random) {
    return switch (random.nextInt(32)) {
      case 0 -> random.between(0, MOST_BYTES);
      case 1, 2, 3 -> random.between(0, 8_000);
      default -> random.between(0, 1_500);
    };
  }

  byte[] payload() {
    return payload;
  }

  /** A request for it; durability and conditions are still to be set. */
  AppendRequest.Builder request() {
    AppendRequest.Builder request = AppendRequest.builder(payload).headers(headers);
    if (key != null) {
      request.key(key);
    }
    extId.ifPresent(request::extId);
    return request;
  }

  /** Tells contents apart. */
  long digest() {
    return digest(payload, key, headers, extId);
  }

  /** The digest of what was read. */
  static long digestOf(AofRecord record) {
    return digest(
        record.payloadBytes(), record.key().orElse(null), record.headers(), record.extId());
  }

  /** The name that stands in a payload; null when it is not one of this run. */
  static @Nullable RecordId idOf(AofRecord record, long seed) {
    ByteBuffer payload = ByteBuffer.wrap(record.payloadBytes());
    if (payload.remaining() < NAME_SIZE || payload.getLong() != seed) {
      return null;
    }
    int writer = payload.getInt();
    int index = payload.getInt();
    return new RecordId(writer, payload.getLong(), index);
  }

  private static long digest(
      byte[] payload, byte @Nullable [] key, RecordHeaders headers, OptionalLong extId) {
    long digest = fold(1, payload);
    digest = key == null ? fold(digest, 0) : fold(digest, key);
    digest = fold(digest, headers.hashCode());
    return fold(fold(digest, extId.isPresent() ? 1 : 0), extId.orElse(0));
  }

  private static long fold(long digest, byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long folded = fold(digest, bytes.length);
    while (words.remaining() >= Long.BYTES) {
      folded = fold(folded, words.getLong());
    }
    while (words.hasRemaining()) {
      folded = fold(folded, words.get());
    }
    return folded;
  }

  private static long fold(long digest, long word) {
    long x = (digest ^ word) * 0x9E3779B97F4A7C15L;
    return x ^ x >>> 29;
  }
}
