package io.bop.aof.spring.boot.docker.compose;

import io.bop.aof.spring.boot.autoconfigure.AofTier2ConnectionDetails;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/** Connects the store to a service that speaks S3. */
abstract class S3DockerComposeConnectionDetailsFactory
    extends DockerComposeConnectionDetailsFactory<AofTier2ConnectionDetails> {

  private final int port;

  /** Of services with one of these images, which listen on that port of their container. */
  S3DockerComposeConnectionDetailsFactory(int port, String... images) {
    super(images, "software.amazon.awssdk.services.s3.S3AsyncClient");
    this.port = port;
  }

  /** Who may use the service, and where its buckets are. */
  record Account(String region, String accessKey, String secretKey) {}

  /** What the service's environment says of that, or its image does without. */
  abstract Account account(ComposeSettings settings);

  @Override
  protected AofTier2ConnectionDetails getDockerComposeConnectionDetails(
      DockerComposeConnectionSource source) {
    RunningService service = source.getRunningService();
    return new Details(service, port, account(new ComposeSettings(service)));
  }

  private static final class Details extends DockerComposeConnectionDetails
      implements AofTier2ConnectionDetails {

    private final @Nullable SslBundle ssl;
    private final URI endpoint;
    private final Account account;

    private Details(RunningService service, int port, Account account) {
      super(service);
      this.ssl = getSslBundle(service);
      String scheme = ssl == null ? "http" : "https";
      this.endpoint = URI.create(scheme + "://" + service.host() + ":" + service.ports().get(port));
      this.account = account;
    }

    @Override
    public URI getEndpoint() {
      return endpoint;
    }

    @Override
    public String getRegion() {
      return account.region();
    }

    /** The host is an address, which has no names below it. */
    @Override
    public boolean isPathStyle() {
      return true;
    }

    @Override
    public String getAccessKey() {
      return account.accessKey();
    }

    @Override
    public String getSecretKey() {
      return account.secretKey();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
      return ssl;
    }

    @Override
    public boolean isBucketCreated() {
      return true;
    }
  }
}
