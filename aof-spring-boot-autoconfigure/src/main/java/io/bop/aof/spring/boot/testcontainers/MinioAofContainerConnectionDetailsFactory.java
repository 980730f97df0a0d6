package io.bop.aof.spring.boot.testcontainers;

import io.bop.aof.spring.boot.autoconfigure.AofTier2ConnectionDetails;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.MinIOContainer;

/** Connects the store to a {@link MinIOContainer} with {@code @ServiceConnection}. */
final class MinioAofContainerConnectionDetailsFactory
    extends ContainerConnectionDetailsFactory<MinIOContainer, AofTier2ConnectionDetails> {

  MinioAofContainerConnectionDetailsFactory() {
    super(ANY_CONNECTION_NAME, "software.amazon.awssdk.services.s3.S3AsyncClient");
  }

  @Override
  protected AofTier2ConnectionDetails getContainerConnectionDetails(
      ContainerConnectionSource<MinIOContainer> source) {
    return new Details(source);
  }

  private static final class Details extends ContainerConnectionDetails<MinIOContainer>
      implements AofTier2ConnectionDetails {

    private Details(ContainerConnectionSource<MinIOContainer> source) {
      super(source);
    }

    @Override
    public URI getEndpoint() {
      return URI.create(getContainer().getS3URL());
    }

    /** MinIO asks for none, and takes any. */
    @Override
    public @Nullable String getRegion() {
      return null;
    }

    /** The host is an address, which has no names below it. */
    @Override
    public boolean isPathStyle() {
      return true;
    }

    @Override
    public String getAccessKey() {
      return getContainer().getUserName();
    }

    @Override
    public String getSecretKey() {
      return getContainer().getPassword();
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
