package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** Who encrypts objects, and with whose key. Immutable; the text of none shows a secret. */
public sealed interface S3Encryption {

  /** As the bucket says; nothing is asked for. */
  record BucketDefault() implements S3Encryption {}

  /** The service, with keys of its own (SSE-S3). */
  record ManagedKeys() implements S3Encryption {}

  /**
   * The service, with a key of its key management (SSE-KMS).
   *
   * @param keyId id, ARN or alias of the key; null: the account's default key
   */
  record Kms(@Nullable String keyId) implements S3Encryption {}

  /**
   * The service, with a key that it is given in each request and does not keep (SSE-C). Who loses
   * the key loses the objects. Needs an encrypted connection.
   *
   * @param key 32 bytes in Base64
   */
  record CustomerKey(String key) implements S3Encryption {
    @Override
    public String toString() {
      return "CustomerKey[...]";
    }
  }
}
