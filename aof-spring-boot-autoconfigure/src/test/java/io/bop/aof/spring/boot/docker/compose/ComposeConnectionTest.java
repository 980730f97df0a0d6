package io.bop.aof.spring.boot.docker.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.spring.boot.autoconfigure.AofTier2ConnectionDetails;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

/** Services of a Compose file that is not run. */
class ComposeConnectionTest {

  private record Service(String imageName, Map<String, String> env, Map<Integer, Integer> mapped)
      implements RunningService {

    @Override
    public String name() {
      return "bucket";
    }

    @Override
    public ImageReference image() {
      return ImageReference.of(imageName);
    }

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public ConnectionPorts ports() {
      return new ConnectionPorts() {
        @Override
        public int get(int containerPort) {
          return mapped.get(containerPort);
        }

        @Override
        public List<Integer> getAll() {
          return List.copyOf(mapped.values());
        }

        @Override
        public List<Integer> getAll(String protocol) {
          return getAll();
        }
      };
    }

    @Override
    public Map<String, String> labels() {
      return Map.of();
    }
  }

  private static Map<Class<?>, ConnectionDetails> details(Service service) throws Exception {
    // Boot makes the source of what Docker says; its constructor is not for others.
    Constructor<DockerComposeConnectionSource> constructor =
        DockerComposeConnectionSource.class.getDeclaredConstructor(
            RunningService.class, Environment.class);
    constructor.setAccessible(true);
    DockerComposeConnectionSource source = constructor.newInstance(service, new MockEnvironment());
    return new ConnectionDetailsFactories(ComposeConnectionTest.class.getClassLoader())
        .getConnectionDetails(source, false);
  }

  private static AofTier2ConnectionDetails ours(Service service) throws Exception {
    ConnectionDetails details = details(service).get(AofTier2ConnectionDetails.class);
    assertThat(details).isInstanceOf(AofTier2ConnectionDetails.class);
    return (AofTier2ConnectionDetails) details;
  }

  @Test
  void connectsToMinio() throws Exception {
    AofTier2ConnectionDetails details =
        ours(
            new Service(
                "minio/minio:latest",
                Map.of("MINIO_ROOT_USER", "user", "MINIO_ROOT_PASSWORD", "password"),
                Map.of(9000, 49000, 9001, 49001)));

    assertThat(details.getEndpoint()).isEqualTo(URI.create("http://127.0.0.1:49000"));
    assertThat(details.getRegion()).isEqualTo("us-east-1");
    assertThat(details.getAccessKey()).isEqualTo("user");
    assertThat(details.getSecretKey()).isEqualTo("password");
    assertThat(details.isPathStyle()).isTrue();
    assertThat(details.isBucketCreated()).isTrue();
    assertThat(details.getSslBundle()).isNull();
  }

  @Test
  void takesTheDefaultsOfMinio() throws Exception {
    AofTier2ConnectionDetails details =
        ours(new Service("minio/minio", Map.of("MINIO_ROOT_USER", " "), Map.of(9000, 9000)));

    assertThat(details.getAccessKey()).isEqualTo("minioadmin");
    assertThat(details.getSecretKey()).isEqualTo("minioadmin");
  }

  @Test
  void connectsToLocalStack() throws Exception {
    AofTier2ConnectionDetails details =
        ours(
            new Service(
                "localstack/localstack:4",
                Map.of("AWS_DEFAULT_REGION", "eu-central-1"),
                Map.of(4566, 44566)));

    assertThat(details.getEndpoint()).isEqualTo(URI.create("http://127.0.0.1:44566"));
    assertThat(details.getRegion()).isEqualTo("eu-central-1");
    assertThat(details.getAccessKey()).isEqualTo("test");
    assertThat(details.getSecretKey()).isEqualTo("test");
  }

  @Test
  void leavesOtherServicesAlone() throws Exception {
    assertThat(details(new Service("postgres", Map.of(), Map.of(5432, 5432))))
        .doesNotContainKey(AofTier2ConnectionDetails.class);
  }
}
