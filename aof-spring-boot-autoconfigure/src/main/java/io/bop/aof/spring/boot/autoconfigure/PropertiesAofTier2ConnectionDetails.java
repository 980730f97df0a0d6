package io.bop.aof.spring.boot.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** What the properties say. */
final class PropertiesAofTier2ConnectionDetails implements AofTier2ConnectionDetails {

  private final AofProperties.S3 properties;
  private final ObjectProvider<SslBundles> bundles;

  PropertiesAofTier2ConnectionDetails(
      AofProperties.S3 properties, ObjectProvider<SslBundles> bundles) {
    this.properties = properties;
    this.bundles = bundles;
  }

  /** An address that is none is told of with the other faults of the properties. */
  @Override
  public @Nullable URI getEndpoint() {
    String endpoint = properties.endpoint();
    try {
      return endpoint == null ? null : new URI(endpoint);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  @Override
  public @Nullable String getRegion() {
    return properties.region();
  }

  @Override
  public boolean isPathStyle() {
    return properties.pathStyle();
  }

  @Override
  public @Nullable String getAccessKey() {
    return properties.accessKey();
  }

  @Override
  public @Nullable String getSecretKey() {
    return properties.secretKey();
  }

  @Override
  public @Nullable String getSessionToken() {
    return properties.sessionToken();
  }

  @Override
  public @Nullable SslBundle getSslBundle() {
    String bundle = properties.ssl().bundle();
    return bundle == null ? null : bundles.getObject().getBundle(bundle);
  }
}
