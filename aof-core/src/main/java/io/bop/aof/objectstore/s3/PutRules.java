package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Compatibility;
import io.bop.aof.S3Compatibility.ConditionalPut;
import io.bop.aof.S3Compatibility.RequestChecksum;
import io.bop.aof.S3Config;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.s3.Capabilities.Checksum;
import io.bop.aof.objectstore.s3.Capabilities.Condition;
import io.bop.aof.objectstore.s3.S3Requests.Sums;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * How this service is given objects: from what the configuration wants and from what the service
 * turned out to do. Asked once, before the first put; of several first puts each may ask.
 * Thread-safe.
 */
final class PutRules {

  private static final Logger log = LoggerFactory.getLogger(PutRules.class);
  private static final int PIECE = 256 * 1024;

  private final Disk disk;
  private final S3AsyncClient client;
  private final S3Compatibility wanted;
  private final S3Requests requests;
  private final AtomicReference<@Nullable Capabilities> known = new AtomicReference<>();

  PutRules(Disk disk, S3AsyncClient client, S3Config config, S3Requests requests) {
    this.disk = disk;
    this.client = client;
    this.wanted = config.compatibility();
    this.requests = requests;
  }

  /** What the service does; finds out when nobody knows. */
  Capabilities capabilities(Exchange exchange, String place) throws ObjectStoreException {
    @Nullable Capabilities before = known.get();
    if (before != null) {
      return before;
    }
    Capabilities found =
        new CapabilityProbe(client, requests, exchange)
            .run(wantsCrc32c(), wanted.chunkedEncoding());
    if (known.compareAndSet(null, found)) {
      log.info("object store was probed: place={} found={}", place, found.words());
      warn(found, place);
    }
    return found;
  }

  /** What is known, for people. */
  Map<String, String> words() {
    @Nullable Capabilities found = known.get();
    return found == null
        ? Map.of("conditional-put", "unknown", "crc32c", "unknown")
        : found.words();
  }

  /**
   * Whether a put carries its condition.
   *
   * @return false when it is to be emulated
   * @throws ObjectStoreException when objects could be overwritten, and that was not accepted
   */
  boolean isConditional(Capabilities found, Exchange exchange) throws ObjectStoreException {
    if (found.condition() == Condition.HONOURED) {
      return true;
    }
    if (wanted.conditionalPut() == ConditionalPut.EMULATED) {
      return false;
    }
    throw exchange
        .failures()
        .of(
            Reason.AUTHORIZATION,
            "service cannot keep objects from being overwritten, so that two writers could destroy"
                + " each other's history",
            "ifNoneMatch="
                + found.words().get("conditional-put")
                + " action=use another service, or set tier2.s3.conditional-put=emulated if only"
                + " one process ever writes to this prefix");
  }

  /** The checksum that goes with a body. */
  Sums sums(Capabilities found, ObjectBody body, Exchange exchange) throws ObjectStoreException {
    boolean crc32c =
        switch (wanted.requestChecksum()) {
          case AUTO -> found.crc32c() == Checksum.VERIFIED;
          case CRC32C -> true;
          case MD5, NONE -> false;
        };
    if (crc32c) {
      return wanted.chunkedEncoding() ? Sums.TRAILING : Sums.crc32c(body.crc32c());
    }
    return wanted.requestChecksum() == RequestChecksum.NONE
        ? Sums.NONE
        : Sums.md5(md5(body, exchange));
  }

  private boolean wantsCrc32c() {
    return switch (wanted.requestChecksum()) {
      case AUTO, CRC32C -> true;
      case MD5, NONE -> false;
    };
  }

  private void warn(Capabilities found, String place) {
    if (found.condition() != Condition.HONOURED
        && wanted.conditionalPut() == ConditionalPut.EMULATED) {
      log.warn(
          "objects could be overwritten, only one process may ever write here: place={}", place);
    }
    if (wanted.requestChecksum() == RequestChecksum.CRC32C && found.crc32c() != Checksum.VERIFIED) {
      log.warn(
          "service does not check CRC32C: place={} crc32c={} action=set"
              + " tier2.s3.request-checksum=auto",
          place,
          found.words().get("crc32c"));
    }
  }

  private byte[] md5(ObjectBody body, Exchange exchange) throws ObjectStoreException {
    MessageDigest digest = S3Requests.newMd5();
    if (body instanceof ObjectBody.OfBytes of) {
      return digest.digest(of.bytes());
    }
    ObjectBody.OfFile of = (ObjectBody.OfFile) body;
    byte[] piece = new byte[(int) Math.min(PIECE, of.size())];
    try (DiskFile in = disk.openForRead(of.file())) {
      for (long at = 0; at < of.size(); at += piece.length) {
        int length = (int) Math.min(piece.length, of.size() - at);
        in.readFully(at, piece, 0, length);
        digest.update(piece, 0, length);
      }
      return digest.digest();
    } catch (IOException e) {
      throw exchange.failures().of(Reason.CORRUPT, "body cannot be read", "error=" + e, e);
    }
  }
}
