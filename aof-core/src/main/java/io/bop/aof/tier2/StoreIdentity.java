package io.bop.aof.tier2;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Whose objects these are: the content of {@code store.json} in Tier 2, written once. JSON, so that
 * a person can read it; members that are not known are passed over.
 *
 * @param storeId the store's identity
 * @param createdAt when it was created, in whole milliseconds; for people only
 */
public record StoreIdentity(UUID storeId, Instant createdAt) {

  /** Its key. */
  public static final String KEY = "store.json";

  /** The version that is written, and the newest that can be read. */
  public static final int FORMAT_VERSION = 1;

  /** Most bytes of it. */
  public static final int MAX_SIZE = FlatJson.MAX_SIZE;

  private static final String FORMAT = "aof-store";

  /** Cuts the time to milliseconds. */
  public StoreIdentity {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** As it stands in Tier 2. */
  public byte[] encode() {
    return String.format(
            Locale.ROOT,
            """
        {
          "format": "%s",
          "formatVersion": %d,
          "storeId": "%s",
          "createdAt": "%s"
        }
        """,
            FORMAT,
            FORMAT_VERSION,
            storeId,
            createdAt)
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads it.
   *
   * @throws MalformedException when it is not such an object
   * @throws UnsupportedFormatException when a newer release wrote it
   */
  public static StoreIdentity parse(byte[] bytes) {
    Map<String, String> members = FlatJson.parse(bytes);
    if (!FORMAT.equals(members.get("format"))) {
      throw new MalformedException(0, "not the identity of a store: file=" + KEY);
    }
    int version = version(member(members, "formatVersion"));
    if (version > FORMAT_VERSION) {
      throw new UnsupportedFormatException(KEY, version, FORMAT_VERSION);
    }
    return new StoreIdentity(
        storeId(member(members, "storeId")), instant(member(members, "createdAt")));
  }

  /** What Tier 2 has; empty when no store claimed it. */
  public static Optional<StoreIdentity> read(Tier2 tier2) throws ObjectStoreException {
    try {
      return Optional.of(parse(tier2.get(KEY)));
    } catch (ObjectStoreException e) {
      if (e.reason() == Reason.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Claims Tier 2 for a store, if nobody did.
   *
   * @return whose it is now: the claim succeeded if its {@code storeId} is the one given, which
   *     must have been made at random for this claim
   * @throws MalformedException when what is there is not the identity of a store
   */
  public static StoreIdentity claim(Tier2 tier2, UUID storeId) throws ObjectStoreException {
    Optional<StoreIdentity> known = read(tier2);
    if (known.isPresent()) {
      return known.get();
    }
    Instant now = Instant.EPOCH.plus(tier2.host().time().wallMicros(), ChronoUnit.MICROS);
    StoreIdentity mine = new StoreIdentity(storeId, now);
    byte[] bytes = mine.encode();
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    ObjectBody body = new ObjectBody.OfBytes(bytes, (int) crc.getValue());
    Map<String, String> metadata = Map.of(ObjectMetadata.FORMAT, FORMAT + "/" + FORMAT_VERSION);
    try {
      tier2.put(KEY, body, metadata);
      return mine;
    } catch (ObjectConflictException e) {
      return parse(tier2.get(KEY));
    }
  }

  private static String member(Map<String, String> members, String name) {
    @Nullable String value = members.get(name);
    if (value == null) {
      throw new MalformedException(0, "member is missing: file=" + KEY + " member=" + name);
    }
    return value;
  }

  private static int version(String text) {
    try {
      int version = Integer.parseInt(text);
      if (version >= 1) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that is too small.
    }
    throw illegal("formatVersion", text);
  }

  private static UUID storeId(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Told below, like an identity in another spelling.
    }
    throw illegal("storeId", text);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw illegal("createdAt", text);
    }
  }

  private static MalformedException illegal(String member, String value) {
    return new MalformedException(
        0, "member is illegal: file=" + KEY + " member=" + member + " value=" + value);
  }
}
