package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofStore;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.MissingDependencyException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StoreLockedException;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

/** What a user reads when the application does not start; found through spring.factories. */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzerTest {

  @Test
  void namesEveryBadPropertyAsItWasWritten(CapturedOutput output) {
    assertThatThrownBy(
            () ->
                start(
                    WithStore.class,
                    "--aof.tier0.max-bytes=1MB",
                    "--aof.tier1.hydration.workers=0",
                    "--aof.health.backpressure-grace=-1s"))
        .hasMessageContaining("invalid configuration");

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("The AOF store refuses its configuration:")
        .contains("- aof.tier0.max-bytes=1048576 must hold two segments")
        .contains("set to '1MB' at \"aof.tier0.max-bytes\" from property source")
        .contains("- aof.tier1.hydration.workers=0 must be at least 1 and at most 64")
        .contains("- aof.health.backpressure-grace=PT-1S must not be negative")
        .contains("application.yml");
  }

  @Test
  void explainsAFaultWithoutAKeyOfItsOwn(CapturedOutput output) {
    assertThatThrownBy(
            () -> start(WithStore.class, "--aof.durability=archived", "--aof.tier2.type=none"))
        .isNotNull();

    assertThat(output)
        .contains("- aof.durability=archived needs a Tier 2, but tier2.type=none action=set")
        .contains("set to 'archived'");
  }

  @Test
  void explainsABucketThatWouldNotBeUsed(CapturedOutput output) {
    assertThatThrownBy(() -> start(WithStore.class, "--aof.tier2.s3.bucket=events")).isNotNull();

    assertThat(output)
        .contains("- aof.tier2.s3.bucket=events is not used, because tier2.type is not set")
        .contains("set to 'events' at \"aof.tier2.s3.bucket\"")
        .contains("action=set tier2.type=s3");
  }

  @Test
  void neverShowsTheValueOfASecret() {
    MockEnvironment environment = new MockEnvironment();
    environment.setProperty("aof.tier2.s3.secret-key", "hunter2");
    ConfigurationPropertySources.attach(environment);
    InvalidConfigException failure =
        new InvalidConfigException(List.of("tier2.s3.secret-key=(hidden) must not be empty"));

    assertThat(new InvalidConfigFailureAnalyzer(environment).analyze(failure).getDescription())
        .contains("aof.tier2.s3.secret-key")
        .contains("set to a value that is not shown")
        .doesNotContain("hunter2");
  }

  @Test
  void explainsALockedRoot(CapturedOutput output) {
    fail(new StoreLockedException("/data/aof", "pid=4711"));

    assertThat(output)
        .contains("The AOF store in '/data/aof' is in use by pid=4711.")
        .contains("'aof.root' in application.yml")
        .contains("@DirtiesContext");
  }

  @Test
  void explainsAFullDisk(CapturedOutput output) {
    fail(new StorageFullException("/data/aof", 67_108_864, 1_048_576, null));

    assertThat(output)
        .contains("/data/aof needs 64.0 MiB (67108864 bytes), and 1.0 MiB (1048576 bytes) are free")
        .contains("'aof.segment.max-size'")
        .contains("'aof.reserve-bytes'");
  }

  @Test
  void explainsAStoreThatIsTooNew(CapturedOutput output) {
    fail(new UnsupportedFormatException("/data/aof/store", 9, 2));

    assertThat(output)
        .contains("'/data/aof/store' has version 9, the newest readable version is 2")
        .contains("Use the AOF release that wrote the store");
  }

  @Test
  void explainsAMissingLibrary(CapturedOutput output) {
    Throwable cause = new NoClassDefFoundError("software/amazon/awssdk/core/SdkClient");
    fail(new MissingDependencyException("tier2.type=s3", "some.group:some-artifact", cause), cause);

    assertThat(output)
        .contains("The setting 'aof.tier2.type=s3' needs a library that is not on the class path.")
        .contains("Add some.group:some-artifact to the dependencies of the application");
  }

  private static void fail(RuntimeException failure) {
    fail(failure, failure);
  }

  private static void fail(RuntimeException failure, Throwable root) {
    SpringApplicationBuilder failing =
        builder(Failing.class)
            .initializers(c -> c.getBeanFactory().registerSingleton("failure", failure));
    assertThatThrownBy(failing::run).hasRootCause(root);
  }

  private static void start(Class<?> source, String... arguments) {
    try (ConfigurableApplicationContext context = builder(source).run(arguments)) {
      assertThat(context.getBeansOfType(AofStore.class)).isEqualTo(Map.of());
    }
  }

  private static SpringApplicationBuilder builder(Class<?> source) {
    return new SpringApplicationBuilder(source).web(WebApplicationType.NONE);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(AofAutoConfiguration.class)
  static class WithStore {

    @Bean
    AofStore memoryStore() {
      return new InMemoryStore();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(AofAutoConfiguration.class)
  static class Failing {

    @Bean
    AofStore failingStore(RuntimeException failure) {
      throw failure;
    }
  }
}
