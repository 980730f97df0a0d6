package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bop.aof.spring.testsupport.MinimalApplication;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts a whole application without the optional dependencies. A filtering class loader in front
 * of classes that are there does not find a signature that names a class that is not.
 */
class MinimalClassPathTest {

  private static final String JACKSON = "jackson";
  private static final String HEALTH = "spring-boot-(health|actuator|starter-actuator)";

  private static final String MESSAGING = "^spring-messaging-";

  private static final String MICROMETER =
      "^(spring-boot-micrometer|micrometer-(core|registry|jakarta9))";

  private static final String AWS =
      "^(s3|netty-nio-client|sdk-core|aws-core|auth|regions|http-client-spi|utils)-[0-9]";

  private static final String TRACING =
      "micrometer-(tracing|registry-otlp)|opentelemetry|spring-boot-micrometer-tracing";
  private static final String CONTAINERS = "testcontainers|docker-";
  private static final String TRANSACTIONS = "^spring-(tx|jdbc)-";

  private static final String EVERYTHING =
      JACKSON
          + ("|" + HEALTH)
          + ("|" + MICROMETER)
          + ("|" + AWS)
          + ("|" + MESSAGING)
          + ("|" + TRACING)
          + ("|" + TRANSACTIONS)
          + ("|" + CONTAINERS);

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(
      strings = {
        JACKSON,
        HEALTH,
        MICROMETER,
        AWS,
        MESSAGING,
        TRACING,
        TRANSACTIONS,
        CONTAINERS,
        EVERYTHING
      })
  void startsWithout(String dependencies) throws Exception {
    Object history =
        call(dependencies, loader -> application(loader).getMethod("run").invoke(null));

    assertThat(history).isEqualTo(List.of("first"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"filesystem", "none"})
  void opensARealStoreWithoutTheAwsSdk(String type) throws Exception {
    assertThat(open(AWS, "--aof.tier2.type=" + type)).isEqualTo("opened");
  }

  @Test
  void saysWhatToAddWhenABucketIsWantedWithoutTheAwsSdk() throws Exception {
    assertThat(open(AWS, "--aof.tier2.type=s3", "--aof.tier2.s3.bucket=events"))
        .startsWith("io.bop.aof.MissingDependencyException: a library is missing on the class path")
        .contains("setting=tier2.type=s3 missing=software/amazon/awssdk/")
        .endsWith(
            "action=add software.amazon.awssdk:s3 and software.amazon.awssdk:netty-nio-client");
  }

  @Test
  void saysWhatToAddWhenOnlyTheHttpClientIsMissing() throws Exception {
    assertThat(open("^netty-", "--aof.tier2.type=s3", "--aof.tier2.s3.bucket=events"))
        .startsWith("io.bop.aof.MissingDependencyException: ")
        .contains("software.amazon.awssdk:netty-nio-client");
  }

  /** What became of an application with a real store. */
  private String open(String missing, String... settings) throws Exception {
    String[] all = Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = "--aof.root=" + root;
    return (String)
        call(
            missing,
            loader ->
                application(loader).getMethod("open", String[].class).invoke(null, (Object) all));
  }

  private static Class<?> application(ClassLoader loader) throws ClassNotFoundException {
    return loader.loadClass(MinimalApplication.class.getName());
  }

  private interface Call {
    Object in(ClassLoader loader) throws Exception;
  }

  private static Object call(String missing, Call call) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = without(missing)) {
      thread.setContextClassLoader(loader);
      return call.in(loader);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void reallyLeavesDependenciesOut() throws IOException {
    try (URLClassLoader loader = without(EVERYTHING)) {
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("io.micrometer.tracing.Tracer"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("tools.jackson.databind.json.JsonMapper"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("software.amazon.awssdk.core.SdkClient"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("org.springframework.messaging.Message"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("org.springframework.boot.health.contributor.Health"));
    }
  }

  private static URLClassLoader without(String dependencies) throws MalformedURLException {
    Pattern excluded = Pattern.compile(dependencies);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      File file = new File(entry);
      // The name of the jar decides, wherever the repository lies.
      if (!excluded.matcher(file.getName()).find()) {
        urls.add(file.toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
