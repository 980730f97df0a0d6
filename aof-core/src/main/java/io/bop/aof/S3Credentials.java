package io.bop.aof;

import org.jspecify.annotations.Nullable;

/**
 * Who calls an S3-compatible service. Immutable; its text shows no secret.
 *
 * @param accessKey the key's id
 * @param secretKey what requests are signed with; never shown, logged or sent
 * @param sessionToken of temporary credentials; null: none
 */
public record S3Credentials(String accessKey, String secretKey, @Nullable String sessionToken) {

  /** Credentials that last. */
  public S3Credentials(String accessKey, String secretKey) {
    this(accessKey, secretKey, null);
  }

  @Override
  public String toString() {
    return "S3Credentials[accessKey="
        + accessKey
        + (sessionToken == null ? ", lasting" : ", temporary")
        + "]";
  }
}
