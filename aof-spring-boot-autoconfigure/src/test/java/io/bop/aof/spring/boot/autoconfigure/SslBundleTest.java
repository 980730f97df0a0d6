package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A service whose certificate only a bundle trusts. */
@Timeout(120)
class SslBundleTest {

  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpsServer server;
  private Path store;

  @BeforeEach
  void serve() throws Exception {
    store = folder.resolve("service.p12");
    makeCertificate();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestMethod());
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
  }

  private void makeCertificate() throws IOException, InterruptedException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "service",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                AofAutoConfiguration.class,
                AofS3AutoConfiguration.class,
                SslAutoConfiguration.class))
        .withPropertyValues(
            "aof.root=" + folder.resolve("aof"),
            "aof.tier2.type=s3",
            "aof.tier2.deadline=10s",
            "aof.tier2.retry.max-attempts=1",
            "aof.tier2.s3.bucket=events",
            "aof.tier2.s3.path-style=true",
            "aof.tier2.s3.access-key=id",
            "aof.tier2.s3.secret-key=key",
            "aof.tier2.s3.endpoint=https://localhost:" + server.getAddress().getPort(),
            "spring.ssl.bundle.jks.bucket.truststore.location=file:" + store,
            "spring.ssl.bundle.jks.bucket.truststore.password=" + PASSWORD);
  }

  @Test
  void isNotTrustedWithoutIt() {
    runner().run(context -> assertThat(context).hasFailed());
    assertThat(requests).isEmpty();
  }

  @Test
  void isTrustedWithIt() {
    runner()
        .withPropertyValues("aof.tier2.s3.ssl.bundle=bucket")
        .run(context -> assertThat(context).hasFailed());
    assertThat(requests).isNotEmpty();
  }

  @Test
  void unknownBundleIsToldOf() {
    runner()
        .withPropertyValues("aof.tier2.s3.ssl.bundle=other")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("SSL bundle name 'other' cannot be found"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Container {

    @Bean
    AofTier2ConnectionDetails details(SslBundles bundles, Environment environment) {
      return new AofTier2ConnectionDetails() {
        @Override
        public URI getEndpoint() {
          return URI.create(environment.getRequiredProperty("aof.tier2.s3.endpoint"));
        }

        @Override
        public @Nullable String getRegion() {
          return null;
        }

        @Override
        public boolean isPathStyle() {
          return true;
        }

        @Override
        public String getAccessKey() {
          return "id";
        }

        @Override
        public String getSecretKey() {
          return "key";
        }

        @Override
        public SslBundle getSslBundle() {
          return bundles.getBundle("bucket");
        }

        @Override
        public boolean isBucketCreated() {
          return true;
        }
      };
    }
  }

  @Test
  void isTrustedWhenABucketIsMadeToo() {
    runner()
        .withUserConfiguration(Container.class)
        .run(
            context ->
                assertThat(context).getFailure().rootCause().isInstanceOf(S3Exception.class));
    assertThat(requests).contains("PUT");
  }
}
