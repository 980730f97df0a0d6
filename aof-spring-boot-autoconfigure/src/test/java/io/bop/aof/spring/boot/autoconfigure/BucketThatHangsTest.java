package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.spring.core.AofTemplate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A service that takes connections and never says a word. */
class BucketThatHangsTest {

  @TempDir Path root;

  /** Far below what the defaults would take: five attempts of twenty seconds each. */
  @Test
  @Timeout(50)
  void holdsUpTheStartNoLongerThanItsDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      runner(silent).run(context -> assertThat(context).getFailure().rootCause().isNotNull());
    }
  }

  @Test
  @Timeout(100)
  void isDoneWithoutWhenItNeedNotAnswerAtTheStart() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      runner(silent)
          .withPropertyValues("aof.tier2.check-at-startup=false")
          .run(
              context -> {
                AofTemplate aof = context.getBean(AofTemplate.class);
                assertThat(aof.append("orders", "first").offset()).isZero();
                assertThat(aof.readOne("orders", 0, String.class)).contains("first");
              });
    }
  }

  private ApplicationContextRunner runner(ServerSocket silent) {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(AofAutoConfiguration.class, AofS3AutoConfiguration.class))
        .withPropertyValues(
            "aof.root=" + root,
            "aof.max-record-size=256KB",
            "aof.segment.max-size=1MB",
            "aof.tier0.max-bytes=8MB",
            "aof.tier1.max-bytes=8MB",
            "aof.tier2.type=s3",
            "aof.tier2.deadline=2s",
            "aof.tier2.s3.bucket=events",
            "aof.tier2.s3.path-style=true",
            "aof.tier2.s3.access-key=id",
            "aof.tier2.s3.secret-key=key",
            "aof.tier2.s3.endpoint=http://localhost:" + silent.getLocalPort());
  }
}
