package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Walks the metadata that the annotation processor made. */
class ConfigurationMetadataTest {

  /** Not set means: not limited, nothing, or found out: a place, a number, credentials. */
  private static final Set<String> WITHOUT_DEFAULT =
      Set.of(
          "aof.drill.interval",
          "aof.flush.threads",
          "aof.retention.max-age",
          "aof.retention.max-bytes",
          "aof.segment.max-age",
          "aof.streams",
          "aof.template.default-stream",
          "aof.tier1.workers",
          "aof.tier2.filesystem.root",
          "aof.tier2.s3.access-key",
          "aof.tier2.s3.bucket",
          "aof.tier2.s3.endpoint",
          "aof.tier2.s3.region",
          "aof.tier2.s3.secret-key",
          "aof.tier2.s3.session-token",
          "aof.tier2.s3.sse.customer-key",
          "aof.tier2.s3.sse.kms-key-id",
          "aof.tier2.s3.ssl.bundle",
          "aof.tier2.s3.storage-class",
          "aof.tier2.s3.tags");

  private static JsonNode metadata;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        AofProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      metadata = JsonMapper.builder().build().readTree(in);
    }
  }

  @TestFactory
  Stream<DynamicTest> describesEveryProperty() {
    return ours().stream()
        .map(
            property ->
                DynamicTest.dynamicTest(
                    property.get("name").asString(), () -> assertDescribed(property)));
  }

  private static void assertDescribed(JsonNode property) {
    String name = property.get("name").asString();
    assertThat(property.hasNonNull("description")).as("%s has a description", name).isTrue();
    assertThat(property.get("description").asString())
        .as(name)
        .endsWith(".")
        .doesNotStartWith("The ")
        .doesNotStartWith("A ")
        .doesNotContain("{@", "\n");
    assertThat(property.get("type").asString()).as(name).isNotEmpty();
    if (property.get("type").asString().equals("java.lang.Boolean")) {
      assertThat(property.get("description").asString()).as(name).startsWith("Whether ");
    }
    assertThat(property.hasNonNull("defaultValue"))
        .as("%s has a default", name)
        .isNotEqualTo(WITHOUT_DEFAULT.contains(name));
  }

  @Test
  void hintsTheValuesOfEveryEnum() {
    Set<String> hinted = new TreeSet<>();
    metadata.get("hints").forEach(h -> hinted.add(h.get("name").asString()));
    List<String> enums =
        ours().stream()
            .filter(p -> p.get("type").asString().startsWith("io.bop.aof."))
            .map(p -> p.get("name").asString())
            .toList();

    assertThat(enums).isNotEmpty();
    assertThat(hinted).containsExactlyInAnyOrderElementsOf(enums);
  }

  @Test
  void listsTheSwitchOfTheHealthContributor() {
    List<String> names = new ArrayList<>();
    metadata.get("properties").forEach(p -> names.add(p.get("name").asString()));

    assertThat(names).contains("management.health.aof.enabled");
  }

  private static List<JsonNode> ours() {
    List<JsonNode> ours = new ArrayList<>();
    for (JsonNode property : metadata.get("properties")) {
      if (property.get("name").asString().startsWith("aof.")) {
        ours.add(property);
      }
    }
    assertThat(ours).hasSizeGreaterThan(40);
    return ours;
  }
}
