package io.bop.aof.testkit.objectstore.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On the server in this process. */
class S3LifeTest extends S3LifeContract {

  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @Override
  protected Buckets buckets() {
    return server.buckets();
  }
}
