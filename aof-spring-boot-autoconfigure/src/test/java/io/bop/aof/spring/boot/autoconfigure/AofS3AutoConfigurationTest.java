package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.objectstore.s3.S3SdkParts;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What an application has of the AWS SDK, and what the store takes of it. */
class AofS3AutoConfigurationTest {

  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIALENT", "lent-secret"));

  private static final String[] BUCKET = {"aof.tier2.type=s3", "aof.tier2.s3.bucket=events"};

  @TempDir Path root;

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(AofAutoConfiguration.class, AofS3AutoConfiguration.class));

  private final ApplicationContextRunner runner =
      bare.withBean(AofStore.class, InMemoryStore::new).withPropertyValues(BUCKET);

  @Test
  void lendsNothingWhenTheApplicationHasNothing() {
    runner.run(context -> assertThat(parts(context)).isEqualTo(S3SdkParts.none()));
  }

  @Test
  void lendsTheApplicationsClientAndNothingElse() {
    runner
        .withUserConfiguration(Client.class, CredentialsAndRegion.class)
        .run(
            context -> {
              S3AsyncClient client = context.getBean(S3AsyncClient.class);
              assertThat(parts(context)).isEqualTo(S3SdkParts.none().withClient(client));
            });
  }

  @Test
  void lendsCredentialsAndRegionWhereThereIsNoClient() {
    runner
        .withUserConfiguration(CredentialsAndRegion.class)
        .run(
            context -> {
              AwsRegionProvider region = context.getBean(AwsRegionProvider.class);
              assertThat(parts(context))
                  .isEqualTo(S3SdkParts.none().withCredentials(CREDENTIALS).withRegion(region));
            });
  }

  @Test
  void leavesTheClientAloneWhenPropertiesSayWhereTheBucketIs() {
    for (String place :
        List.of(
            "aof.tier2.s3.region=eu-central-1",
            "aof.tier2.s3.endpoint=http://127.0.0.1:9000",
            "aof.tier2.s3.path-style=true")) {
      runner
          .withUserConfiguration(Client.class, CredentialsAndRegion.class)
          .withPropertyValues(place)
          .run(
              context -> {
                assertThat(parts(context).client()).as(place).isNull();
                assertThat(parts(context).credentials()).as(place).isSameAs(CREDENTIALS);
              });
    }
  }

  @Test
  void prefersCredentialsAndRegionOfTheProperties() {
    runner
        .withUserConfiguration(Client.class, CredentialsAndRegion.class)
        .withPropertyValues(
            "aof.tier2.s3.region=eu-central-1",
            "aof.tier2.s3.access-key=AKIAOWN",
            "aof.tier2.s3.secret-key=own-secret")
        .run(context -> assertThat(parts(context)).isEqualTo(S3SdkParts.none()));
  }

  @Test
  void takesThePrimaryOfSeveralClientsAndElseNone() {
    runner
        .withUserConfiguration(Client.class)
        .withBean("other", S3AsyncClient.class, AofS3AutoConfigurationTest::client)
        .run(context -> assertThat(parts(context).client()).isNull());
    runner
        .withUserConfiguration(Client.class)
        .withBean(
            "other",
            S3AsyncClient.class,
            AofS3AutoConfigurationTest::client,
            definition -> definition.setPrimary(true))
        .run(context -> assertThat(parts(context).client()).isSameAs(context.getBean("other")));
  }

  @Test
  void asksForNoClientWhenTheObjectStoreIsAFolder() {
    bare.withBean(AofStore.class, InMemoryStore::new)
        .withBean(
            S3AsyncClient.class,
            () -> {
              throw new IllegalStateException("nobody needs it");
            },
            definition -> definition.setLazyInit(true))
        .withPropertyValues("aof.tier2.type=filesystem", "aof.tier2.s3.bucket=events")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(AofConfig.class).tier2().s3()).isNotNull();
              assertThat(context.getBean(AofConfig.class).tier2().s3().sdk()).isNull();
            });
  }

  @Test
  void backsOffWithoutTheSdkAndWhenDisabled() {
    runner
        .withClassLoader(new FilteredClassLoader(S3AsyncClient.class))
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean("aofS3SdkCustomizer");
              assertThat(context.getBean(AofConfig.class).tier2().s3().sdk()).isNull();
            });
    runner
        .withPropertyValues("aof.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean("aofS3SdkCustomizer"));
  }

  @Test
  void letsTheApplicationReplaceWhatIsLent() {
    S3SdkParts own = S3SdkParts.none().withRegion(() -> Region.SA_EAST_1);
    runner
        .withUserConfiguration(Client.class)
        .withBean(
            AofConfigCustomizer.class,
            () -> builder -> builder.tier2(t -> t.withS3(t.s3().withSdk(own))))
        .run(context -> assertThat(parts(context)).isSameAs(own));
  }

  /** With a service that refuses everything, after it has looked who calls. */
  @Test
  void callsAsTheApplicationSays() throws Exception {
    List<String> callers = new CopyOnWriteArrayList<>();
    HttpServer service = refusingService(callers);
    try {
      bare.withUserConfiguration(CredentialsAndRegion.class, Customizers.class)
          .withPropertyValues(BUCKET)
          .withPropertyValues(
              "aof.root=" + root,
              "aof.tier2.s3.path-style=true",
              "aof.tier2.s3.endpoint=http://127.0.0.1:" + service.getAddress().getPort())
          .run(
              context ->
                  assertThat(context)
                      .hasFailed()
                      .getFailure()
                      .hasMessageContaining("access denied: operation=")
                      .hasMessageNotContaining("lent-secret"));
    } finally {
      service.stop(0);
    }
    assertThat(callers)
        .isNotEmpty()
        .allSatisfy(
            caller ->
                assertThat(caller)
                    .contains("Credential=AKIALENT/")
                    .contains("/eu-north-1/s3/")
                    .endsWith(" x-order=first,second"));
  }

  private static HttpServer refusingService(List<String> callers) throws IOException {
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] answer =
        "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
            .getBytes(StandardCharsets.US_ASCII);
    service.createContext(
        "/",
        request -> {
          callers.add(
              request.getRequestHeaders().getFirst("Authorization")
                  + " x-order="
                  + request.getRequestHeaders().getFirst("X-Order"));
          request.getRequestBody().readAllBytes();
          boolean withBody = !request.getRequestMethod().equals("HEAD");
          request.getResponseHeaders().set("Content-Type", "application/xml");
          request.sendResponseHeaders(403, withBody ? answer.length : -1);
          if (withBody) {
            request.getResponseBody().write(answer);
          }
          request.close();
        });
    service.start();
    return service;
  }

  private static S3SdkParts parts(ApplicationContext context) {
    return (S3SdkParts) context.getBean(AofConfig.class).tier2().s3().sdk();
  }

  /* That of the SDK takes seconds to close, and nobody calls it here. */
  private static S3AsyncClient client() {
    return new S3AsyncClient() {
      @Override
      public String serviceName() {
        return SERVICE_NAME;
      }

      @Override
      public void close() {}
    };
  }

  @Configuration(proxyBeanMethods = false)
  static class Client {

    @Bean
    S3AsyncClient s3AsyncClient() {
      return client();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class CredentialsAndRegion {

    @Bean
    AwsCredentialsProvider credentials() {
      return CREDENTIALS;
    }

    @Bean
    AwsRegionProvider region() {
      return () -> Region.EU_NORTH_1;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Customizers {

    @Bean
    @Order(2)
    AofS3ClientCustomizer second() {
      return builder -> builder.overrideConfiguration(o -> o.putHeader("x-order", "first,second"));
    }

    @Bean
    @Order(1)
    AofS3ClientCustomizer first() {
      return builder -> builder.overrideConfiguration(o -> o.putHeader("x-order", "first"));
    }
  }
}
