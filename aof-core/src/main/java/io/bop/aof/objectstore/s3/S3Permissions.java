package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.S3Encryption;

/** What a caller must be permitted to do, with the settings of one store. */
final class S3Permissions {

  private static final String READ =
      "s3:GetObject, and s3:ListBucket so that what is missing is not forbidden";

  private S3Permissions() {}

  /** For that operation, as the policies of the service spell it. */
  static String of(String operation, S3Config config) {
    return switch (operation) {
      case "put" ->
          "s3:PutObject"
              + (config.tags().isEmpty() ? "" : ", s3:PutObjectTagging for tier2.s3.tags")
              + ofKey("kms:GenerateDataKey", config);
      case "delete" -> "s3:DeleteObject";
      case "list" -> "s3:ListBucket";
      case "head" -> READ;
      default -> READ + ofKey("kms:Decrypt", config);
    };
  }

  /* The key of a bucket that encrypts by itself is nothing that a store knows of. */
  private static String ofKey(String permission, S3Config config) {
    if (!(config.encryption() instanceof S3Encryption.Kms kms)) {
      return "";
    }
    String key = kms.keyId() == null ? "the account's key for S3" : kms.keyId();
    return ", " + permission + " on " + key + " for tier2.s3.sse";
  }
}
