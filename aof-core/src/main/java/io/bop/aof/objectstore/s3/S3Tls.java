package io.bop.aof.objectstore.s3;

import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * What a client of HTTPS shows and trusts, in the place of what the JVM says. Asked once, when the
 * client is made.
 *
 * @param keyManagers what it shows to a service that asks
 * @param trustManagers whom it trusts
 */
public record S3Tls(Supplier<KeyManager[]> keyManagers, Supplier<TrustManager[]> trustManagers) {

  /** Neither may be null. */
  public S3Tls {
    Objects.requireNonNull(keyManagers, "keyManagers");
    Objects.requireNonNull(trustManagers, "trustManagers");
  }
}
