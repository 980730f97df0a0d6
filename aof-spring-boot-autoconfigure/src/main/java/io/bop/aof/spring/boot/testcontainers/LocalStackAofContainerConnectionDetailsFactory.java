package io.bop.aof.spring.boot.testcontainers;

import io.bop.aof.spring.boot.autoconfigure.AofTier2ConnectionDetails;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.localstack.LocalStackContainer;

/** Connects the store to a {@link LocalStackContainer} with {@code @ServiceConnection}. */
final class LocalStackAofContainerConnectionDetailsFactory
    extends ContainerConnectionDetailsFactory<LocalStackContainer, AofTier2ConnectionDetails> {

  LocalStackAofContainerConnectionDetailsFactory() {
    super(ANY_CONNECTION_NAME, "software.amazon.awssdk.services.s3.S3AsyncClient");
  }

  @Override
  protected AofTier2ConnectionDetails getContainerConnectionDetails(
      ContainerConnectionSource<LocalStackContainer> source) {
    return new Details(source);
  }

  private static final class Details extends ContainerConnectionDetails<LocalStackContainer>
      implements AofTier2ConnectionDetails {

    private Details(ContainerConnectionSource<LocalStackContainer> source) {
      super(source);
    }

    @Override
    public URI getEndpoint() {
      return getContainer().getEndpoint();
    }

    @Override
    public String getRegion() {
      return getContainer().getRegion();
    }

    /** The host is an address, which has no names below it. */
    @Override
    public boolean isPathStyle() {
      return true;
    }

    @Override
    public String getAccessKey() {
      return getContainer().getAccessKey();
    }

    @Override
    public String getSecretKey() {
      return getContainer().getSecretKey();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
      return super.getSslBundle();
    }

    @Override
    public boolean isBucketCreated() {
      return true;
    }
  }
}
