package io.bop.aof.testkit.objectstore.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** On a service that somebody started, as {@link ExternalS3Test}. */
@EnabledIfSystemProperty(
    named = "aof.s3.endpoint",
    matches = "http.*",
    disabledReason = "no service given by -Daof.s3.endpoint")
class ExternalS3LifeTest extends S3LifeContract {

  private static Buckets external;

  @BeforeAll
  static void connect() {
    external = Buckets.external();
  }

  @AfterAll
  static void disconnect() {
    external.close();
  }

  @Override
  protected Buckets buckets() {
    return external;
  }
}
