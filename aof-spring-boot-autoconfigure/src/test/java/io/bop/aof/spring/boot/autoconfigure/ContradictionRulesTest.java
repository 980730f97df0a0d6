package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.Tier2Type;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;

/** Properties that contradict each other, or that have no effect. */
@ExtendWith(OutputCaptureExtension.class)
class ContradictionRulesTest {

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(AofAutoConfiguration.class));
  private final ApplicationContextRunner runner =
      bare.withBean("memoryStore", AofStore.class, InMemoryStore::new);

  @TempDir Path folder;

  private List<String> faults(String... properties) {
    List<String> faults = new ArrayList<>();
    runner
        .withPropertyValues(properties)
        .run(
            context -> {
              assertThat(context).hasFailed();
              assertThat(context.getStartupFailure())
                  .rootCause()
                  .isInstanceOfSatisfying(
                      InvalidConfigException.class, e -> faults.addAll(e.faults()));
            });
    return faults;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aof.durability=archived|durability=flushed",
        "aof.streams.orders.durability=archived|streams.orders.durability=flushed",
        "aof.tier2.restore=if-empty|tier2.restore=never",
        "aof.follower.enabled=true|follower.enabled=false",
      })
  void refusesWhatNeedsATier2WhereThereIsNone(String property, String otherwise) {
    String key = property.substring("aof.".length());

    assertThat(faults("aof.tier2.type=none", property))
        .containsExactly(
            key + " needs a Tier 2, but tier2.type=none action=set tier2.type, or " + otherwise);
  }

  @Test
  void refusesABucketThatWouldNotBeUsed() {
    assertThat(faults("aof.tier2.s3.bucket=events"))
        .containsExactly(
            "tier2.s3.bucket=events is not used, because tier2.type is not set and its default is"
                + " filesystem action=set tier2.type=s3, or tier2.type=filesystem if no bucket is"
                + " meant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"filesystem", "none"})
  void takesABucketThatAnotherEnvironmentUses(String type) {
    runner
        .withPropertyValues(
            "aof.tier2.s3.bucket=events",
            "aof.tier2.s3.sse.kms-key-id=alias/events",
            "aof.drill.interval=1d",
            "aof.tier2.type=" + type)
        .run(context -> assertThat(context).hasSingleBean(AofConfig.class));
    runner
        .withPropertyValues("aof.tier2.s3.bucket=events")
        .withInitializer(
            context ->
                TestPropertyValues.of("AOF_TIER2_TYPE=" + type)
                    .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
        .run(context -> assertThat(context).hasSingleBean(AofConfig.class));
  }

  @Test
  void takesABucketThatACustomizerHasUsed() {
    runner
        .withPropertyValues("aof.tier2.s3.bucket=events")
        .withBean(
            AofConfigCustomizer.class,
            () -> builder -> builder.tier2(tier2 -> tier2.withType(Tier2Type.S3)))
        .run(context -> assertThat(context).hasSingleBean(AofConfig.class));
  }

  @ParameterizedTest
  @CsvSource({
    "kms-key-id=alias/events,kms-key-id,kms",
    "customer-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,customer-key,customer"
  })
  void refusesAKeyThatWouldEncryptNothing(String property, String key, String type) {
    String[] bucket = {"aof.tier2.type=s3", "aof.tier2.s3.bucket=events"};
    ApplicationContextRunner keyed =
        runner.withPropertyValues(bucket).withPropertyValues("aof.tier2.s3.sse." + property);

    assertThat(faults(bucket[0], bucket[1], "aof.tier2.s3.sse." + property))
        .containsExactly(
            "tier2.s3.sse."
                + key
                + " is not used, because tier2.s3.sse.type is not set: objects would not be"
                + " encrypted with it action=set tier2.s3.sse.type="
                + type
                + ", or tier2.s3.sse.type=none if that is meant");
    for (String said : List.of(type, "none", "s3")) {
      keyed
          .withPropertyValues("aof.tier2.s3.sse.type=" + said)
          .run(context -> assertThat(context).hasSingleBean(AofConfig.class));
    }
  }

  @Test
  void refusesASessionTokenOfNobody() {
    assertThat(
            faults(
                "aof.tier2.type=s3",
                "aof.tier2.s3.bucket=events",
                "aof.tier2.s3.session-token=hush"))
        .containsExactly(
            "tier2.s3.session-token is not used without tier2.s3.access-key and secret-key"
                + " action=set all three, or none");
  }

  @Test
  void saysWhatHasNoEffectAndOpensAllTheSame(CapturedOutput output) {
    bare.withPropertyValues(
            "aof.root=" + folder.resolve("root"),
            "aof.tier2.type=none",
            "aof.drill.interval=1d",
            "aof.scrub.tier2=true")
        .run(context -> assertThat(context).hasSingleBean(AofStore.class));

    assertThat(output)
        .containsOnlyOnce("setting has no effect: drill.interval=PT24H tier2.type=none action=set")
        .containsOnlyOnce("setting has no effect: scrub.tier2=true tier2.type=none action=set");
  }

  @Test
  void saysThatAFollowerTakesNothingOver(CapturedOutput output) {
    ApplicationContextRunner shared =
        bare.withPropertyValues(
            "aof.tier2.restore=if-empty",
            "aof.tier2.filesystem.root=" + folder.resolve("cold"),
            "aof.scrub.tier2=true");
    shared
        .withPropertyValues("aof.root=" + folder.resolve("writer"))
        .run(context -> context.getBean(AofStore.class).stream("orders").append(new byte[9]));
    assertThat(output).doesNotContain("setting has no effect");

    shared
        .withPropertyValues("aof.root=" + folder.resolve("reader"), "aof.follower.enabled=true")
        .run(
            context -> assertThat(context.getBean(AofStore.class)).isInstanceOf(AofFollower.class));

    assertThat(output)
        .containsOnlyOnce("setting has no effect: tier2.restore=if-empty follower=true action=")
        .containsOnlyOnce("setting has no effect: scrub.tier2=true follower=true action=");
  }
}
