package io.bop.aof.objectstore.s3;

import io.bop.aof.RequestKind;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.s3.Capabilities.Checksum;
import io.bop.aof.objectstore.s3.Capabilities.Condition;
import io.bop.aof.objectstore.s3.S3Requests.Sums;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Finds out what a service does with conditions and checksums, by two small objects beside those of
 * the store. The first stays, so that the next open needs one request to learn about conditions;
 * the second, whose checksum is wrong, should never exist.
 */
final class CapabilityProbe {

  /** Not legal as keys of the store: the first character is a dot. */
  static final String CONDITION_KEY = ".aof-probe";

  static final String CHECKSUM_KEY = ".aof-probe-checksum";

  private static final byte[] BYTES =
      "This object shows that objects here are never overwritten. Leave it.\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final S3AsyncClient client;
  private final S3Requests requests;
  private final Exchange exchange;
  private final ObjectBody body;

  private enum Outcome {
    STORED,
    EXISTS,
    REFUSED
  }

  CapabilityProbe(S3AsyncClient client, S3Requests requests, Exchange exchange) {
    this.client = client;
    this.requests = requests;
    this.exchange = exchange;
    CRC32C crc = new CRC32C();
    crc.update(BYTES, 0, BYTES.length);
    this.body = new ObjectBody.OfBytes(BYTES, (int) crc.getValue());
  }

  /**
   * Finds out.
   *
   * @param crc32c whether a CRC32C is going to be sent with each body
   * @param trailing whether behind it
   * @throws ObjectStoreException when the service takes no object at all
   */
  Capabilities run(boolean crc32c, boolean trailing) throws ObjectStoreException {
    Sums sums = !crc32c ? Sums.NONE : trailing ? Sums.TRAILING : Sums.crc32c(body.crc32c());
    boolean taken = crc32c;
    Outcome outcome = put(CONDITION_KEY, true, sums);
    if (outcome == Outcome.REFUSED && crc32c) {
      taken = false;
      outcome = put(CONDITION_KEY, true, Sums.NONE);
    }
    if (outcome == Outcome.STORED) {
      // Not there before: only a second one tells.
      outcome = put(CONDITION_KEY, true, taken ? sums : Sums.NONE);
    }
    if (outcome == Outcome.REFUSED) {
      mustPut(CONDITION_KEY, Sums.NONE);
      taken = crc32c && put(CONDITION_KEY, false, sums) == Outcome.STORED;
    }
    Checksum checksum =
        !crc32c ? Checksum.UNKNOWN : taken ? checksumOfWrongBody() : Checksum.REFUSED;
    return new Capabilities(conditionOf(outcome), checksum);
  }

  private static Condition conditionOf(Outcome outcome) {
    return switch (outcome) {
      case EXISTS -> Condition.HONOURED;
      case STORED -> Condition.IGNORED;
      case REFUSED -> Condition.REFUSED;
    };
  }

  private Checksum checksumOfWrongBody() throws ObjectStoreException {
    Outcome outcome = put(CHECKSUM_KEY, false, Sums.crc32c(body.crc32c() ^ 1));
    if (outcome == Outcome.REFUSED) {
      return Checksum.VERIFIED;
    }
    try {
      exchange.send(RequestKind.DELETE, () -> client.deleteObject(requests.delete(CHECKSUM_KEY)));
    } catch (ObjectStoreException e) {
      exchange.failures().ignored("object of a probe stays", e);
    }
    return Checksum.IGNORED;
  }

  private Outcome put(String key, boolean condition, Sums sums) throws ObjectStoreException {
    PutObjectRequest.Builder request = requests.put(key, body, Map.of(), sums);
    if (condition) {
      request.ifNoneMatch("*");
    }
    try {
      send(request.build());
      return Outcome.STORED;
    } catch (ObjectStoreException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof AwsServiceException answered) {
        return outcomeOf(e, answered);
      }
      throw e;
    }
  }

  /** A plain put; when that is refused too, it was not for the condition. */
  private void mustPut(String key, Sums sums) throws ObjectStoreException {
    send(requests.put(key, body, Map.of(), sums).build());
  }

  private void send(PutObjectRequest request) throws ObjectStoreException {
    exchange.send(RequestKind.PUT, body, feed -> client.putObject(request, feed));
  }

  private static Outcome outcomeOf(ObjectStoreException failure, AwsServiceException answered)
      throws ObjectStoreException {
    if (S3Verdict.isPreconditionFailed(answered)) {
      return Outcome.EXISTS;
    }
    if (S3Verdict.isRefusal(answered.statusCode(), S3Failures.codeOf(answered))) {
      return Outcome.REFUSED;
    }
    throw failure;
  }
}
