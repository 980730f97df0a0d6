package io.bop.aof.spring.boot.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.sun.net.httpserver.HttpServer;
import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofS3AutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofTier2ConnectionDetails;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.localstack.LocalStackContainer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Containers that answer without Docker: a small HTTP server stands in for the service. */
@Timeout(60)
class ContainerConnectionTest {

  private static HttpServer server;
  private static String answer = "";
  private static int status;
  private static final List<String> requests = new CopyOnWriteArrayList<>();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofS3AutoConfiguration.class,
                  ServiceConnectionAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new)
          .withPropertyValues(
              "aof.tier2.type=s3",
              "aof.tier2.s3.bucket=events",
              "aof.tier2.s3.endpoint=http://of.the.properties:1",
              "aof.tier2.s3.access-key=of-the-properties",
              "aof.tier2.s3.secret-key=of-the-properties");

  @BeforeEach
  void serve() throws IOException {
    requests.clear();
    status = 200;
    answer = "";
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static URI endpoint() {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  @Configuration(proxyBeanMethods = false)
  static class Minio {
    @Bean
    @ServiceConnection
    MinIOContainer minio() {
      return new MinIOContainer("minio/minio:latest") {
        @Override
        public String getS3URL() {
          return endpoint().toString();
        }

        @Override
        public void start() {
          // There is no Docker.
        }
      }.withUserName("user").withPassword("password");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class LocalStack {
    @Bean
    @ServiceConnection
    LocalStackContainer localStack() {
      // Its constructor looks for Docker.
      LocalStackContainer container = mock(LocalStackContainer.class);
      when(container.getEndpoint()).thenReturn(endpoint());
      when(container.getRegion()).thenReturn("us-east-1");
      when(container.getAccessKey()).thenReturn("test");
      when(container.getSecretKey()).thenReturn("test");
      return container;
    }
  }

  @Test
  void storeIsConnectedToTheMinioContainerAndItsBucketIsMade() {
    runner
        .withUserConfiguration(Minio.class)
        .run(
            context -> {
              S3Config bucket = context.getBean(AofConfig.class).tier2().s3();
              assertThat(bucket.bucket()).isEqualTo("events");
              assertThat(bucket.endpoint()).isEqualTo(endpoint());
              assertThat(bucket.region()).isNull();
              assertThat(bucket.pathStyle()).isTrue();
              assertThat(bucket.credentials())
                  .isEqualTo(new S3Credentials("user", "password", null));
              assertThat(requests).containsExactly("PUT /events");
              assertThat(context).hasSingleBean(AofTier2ConnectionDetails.class);
            });
  }

  @Test
  void storeIsConnectedToTheLocalStackContainer() {
    runner
        .withUserConfiguration(LocalStack.class)
        .run(
            context -> {
              S3Config bucket = context.getBean(AofConfig.class).tier2().s3();
              assertThat(bucket.endpoint()).isEqualTo(endpoint());
              assertThat(bucket.region()).isEqualTo("us-east-1");
              assertThat(bucket.pathStyle()).isTrue();
              assertThat(bucket.credentials()).isEqualTo(new S3Credentials("test", "test", null));
              assertThat(requests).containsExactly("PUT /events");
            });
  }

  @Test
  void bucketThatIsThereIsTaken() {
    status = 409;
    answer = "<Error><Code>BucketAlreadyOwnedByYou</Code><Message>it is there</Message></Error>";
    runner
        .withUserConfiguration(Minio.class)
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(AofConfig.class));
  }

  @Test
  void bucketThatCannotBeMadeIsToldOf() {
    status = 403;
    answer = "<Error><Code>AccessDenied</Code><Message>not you</Message></Error>";
    runner
        .withUserConfiguration(Minio.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("cannot create the bucket: bucket=events")
                    .hasStackTraceContaining("not you"));
  }

  @Test
  void containerIsNotAskedWhenThereIsNoBucket() {
    runner
        .withUserConfiguration(Minio.class)
        .withPropertyValues("aof.tier2.type=filesystem")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(AofConfig.class).tier2().s3().endpoint())
                  .isEqualTo(URI.create("http://of.the.properties:1"));
              assertThat(requests).isEmpty();
            });
  }

  @Test
  void containerWithoutTheSdkIsNobodysConnection() {
    runner
        .withUserConfiguration(Minio.class)
        .withPropertyValues("aof.tier2.type=none")
        .withClassLoader(new FilteredClassLoader(S3AsyncClient.class))
        .run(
            context ->
                assertThat(context).getFailure().hasMessageContaining("No ConnectionDetails"));
  }
}
