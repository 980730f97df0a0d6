package io.bop.aof;

import io.bop.aof.S3Compatibility.RequestChecksum;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an {@link S3Config} must fulfil. Names no secret. */
final class S3Rules {

  private static final String KEY = "tier2.s3.";
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}");
  private static final Pattern PREFIX =
      Pattern.compile("|[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
  private static final Pattern STORAGE_CLASS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** S3 takes keys of 1,024 characters, and the longest of ours has 512. */
  private static final int MAX_PREFIX = 400;

  private static final int MAX_TAGS = 10;
  private static final int CUSTOMER_KEY_BYTES = 32;

  private final List<String> faults;

  private S3Rules(List<String> faults) {
    this.faults = faults;
  }

  static void check(S3Config config, List<String> faults) {
    S3Rules rules = new S3Rules(faults);
    rules.checkPlace(config);
    rules.checkCredentials(config.credentials());
    rules.checkObjects(config);
    rules.checkLent(config);
    if (config.stallTimeout().isNegative() || config.stallTimeout().isZero()) {
      faults.add(KEY + "stall-timeout=" + config.stallTimeout() + " must be positive");
    }
    S3Compatibility compatibility = config.compatibility();
    RequestChecksum checksum = compatibility.requestChecksum();
    if (compatibility.chunkedEncoding()
        && (checksum == RequestChecksum.MD5 || checksum == RequestChecksum.NONE)) {
      faults.add(
          KEY
              + "chunked-encoding=true carries a CRC32C, but request-checksum="
              + checksum.name().toLowerCase(Locale.ROOT));
    }
  }

  private void checkPlace(S3Config config) {
    if (!BUCKET.matcher(config.bucket()).matches()) {
      faults.add(KEY + "bucket='" + config.bucket() + "' must be the name of a bucket");
    }
    if (config.prefix().length() > MAX_PREFIX || !PREFIX.matcher(config.prefix()).matches()) {
      faults.add(
          KEY
              + "prefix='"
              + config.prefix()
              + "' must be at most 400 characters of [A-Za-z0-9._-], with slashes between but not"
              + " at either end, and no dot first");
    }
    @Nullable String region = config.region();
    if (region != null && region.isBlank()) {
      faults.add(KEY + "region must not be blank");
    }
    @Nullable URI endpoint = config.endpoint();
    if (endpoint != null && !isEndpoint(endpoint)) {
      faults.add(KEY + "endpoint must be http(s)://host[:port], without user, query or fragment");
    }
  }

  private void checkLent(S3Config config) {
    @Nullable S3Sdk sdk = config.sdk();
    boolean alsoSays =
        config.region() != null
            || config.endpoint() != null
            || config.pathStyle()
            || config.credentials() != null;
    if (sdk != null && sdk.hasClient() && alsoSays) {
      faults.add(
          KEY
              + "region, endpoint, path-style and access-key are those of the S3AsyncClient"
              + " that the application lends; set none of them, or lend no client");
    }
  }

  private static boolean isEndpoint(URI endpoint) {
    return ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
        && endpoint.getHost() != null
        && endpoint.getUserInfo() == null
        && endpoint.getQuery() == null
        && endpoint.getFragment() == null;
  }

  private void checkCredentials(@Nullable S3Credentials credentials) {
    if (credentials == null) {
      return;
    }
    if (credentials.accessKey().isBlank() || credentials.secretKey().isBlank()) {
      faults.add(KEY + "access-key and " + KEY + "secret-key go together: set both or neither");
    }
  }

  private void checkObjects(S3Config config) {
    @Nullable String storageClass = config.storageClass();
    if (storageClass != null && !STORAGE_CLASS.matcher(storageClass).matches()) {
      faults.add(KEY + "storage-class='" + storageClass + "' must be the name of a storage class");
    }
    if (config.tags().size() > MAX_TAGS) {
      faults.add(KEY + "tags has " + config.tags().size() + " entries, S3 takes 10");
    }
    config
        .tags()
        .forEach(
            (name, value) -> {
              if (name.isBlank() || name.length() > 128 || value.length() > 256) {
                faults.add(
                    KEY + "tags." + name + " must have 1 to 128, its value up to 256 letters");
              }
            });
    if (config.encryption() instanceof S3Encryption.Kms kms
        && kms.keyId() != null
        && kms.keyId().isBlank()) {
      faults.add(KEY + "sse.kms-key-id must not be blank");
    }
    if (config.encryption() instanceof S3Encryption.CustomerKey customer
        && !isCustomerKey(customer.key())) {
      faults.add(KEY + "sse.customer-key must be 32 bytes in Base64");
    }
  }

  private static boolean isCustomerKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == CUSTOMER_KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
