package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.RetryConfig;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.S3Encryption;
import io.bop.aof.Tier2Type;
import io.bop.aof.objectstore.ObjectStoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** No secret in a message, a text, a stack trace or a line of the log, whatever happens. */
class S3SecretsTest extends WireFixture {

  private static final String SECRET = "hush-secret-key-0123456789";
  private static final String TOKEN = "hush-session-token-0123456789";
  private static final String CUSTOMER_KEY =
      Base64.getEncoder()
          .encodeToString("hush-customer-key-of-32-bytes-xx".getBytes(StandardCharsets.US_ASCII));

  @TempDir Path root;

  private final Log log = new Log();
  private final StringBuilder seen = new StringBuilder();

  @BeforeEach
  void listen() {
    log.attach();
  }

  @AfterEach
  void detach() {
    log.detach();
  }

  @Test
  void showsNoSecretOfCallsThatFail() throws Exception {
    S3Config secretive = secretive();
    reopen(c -> secretive);
    for (WireFault fault :
        List.of(
            WireFault.none(),
            WireFault.status(403, "SignatureDoesNotMatch"),
            WireFault.status(400, "InvalidArgument"),
            WireFault.status(500, "InternalError"),
            WireFault.loseAnswer())) {
      wire.heal();
      wire.plan(head -> true, Integer.MAX_VALUE, fault);
      see(() -> store.putIfAbsent("k", body(bytes(9)), Map.of()));
      see(() -> store.get("k"));
      see(() -> store.getRange("k", 1, ByteBuffer.allocate(3)));
      see(() -> store.head("k"));
      see(() -> store.list("", null, 1));
      see(() -> store.delete("k"));
    }
    seen.append(secretive).append(store.describe()).append(store.features());

    assertThat(wire.requests())
        .as("the secrets were at work")
        .anySatisfy(
            head -> {
              assertThat(head.header("x-amz-security-token")).isEqualTo(TOKEN);
              assertThat(head.header("x-amz-server-side-encryption-customer-key"))
                  .isEqualTo(CUSTOMER_KEY);
            });
    assertNoSecret();
  }

  @Test
  void showsNoSecretOfAStoreThatDoesNotOpen() {
    AofConfig config =
        AofConfig.builder(root)
            .tier2(
                t ->
                    t.withType(Tier2Type.S3)
                        .withS3(secretive())
                        .withRetry(new RetryConfig(2, Duration.ofMillis(1), Duration.ofMillis(1))))
            .build();

    see(() -> AofStore.open(config).close());
    seen.append(config.tier2());

    assertThat(seen.toString()).contains("store cannot be opened");
    assertNoSecret();
  }

  @Test
  void showsNoSecretOfAnAddressThatIsGoingToBeRefused() {
    S3Config told = S3Config.of("b").withEndpoint(URI.create("https://me:" + SECRET + "@host"));

    see(() -> AofConfig.builder(root).tier2(t -> t.withType(Tier2Type.S3).withS3(told)).build());
    seen.append(told);

    assertThat(seen.toString()).contains("tier2.s3.endpoint must be");
    assertNoSecret();
  }

  private S3Config secretive() {
    return config
        .withCredentials(new S3Credentials(S3Server.CREDENTIALS.accessKey(), SECRET, TOKEN))
        .withEncryption(new S3Encryption.CustomerKey(CUSTOMER_KEY));
  }

  private interface Action {
    void run() throws ObjectStoreException;
  }

  /** Runs it, and keeps the whole trace of what it throws. */
  private void see(Action action) {
    try {
      action.run();
    } catch (ObjectStoreException | AofException e) {
      StringWriter text = new StringWriter();
      e.printStackTrace(new PrintWriter(text));
      seen.append(text);
    }
  }

  private void assertNoSecret() {
    assertThat(seen.toString()).isNotEmpty().doesNotContain(SECRET, TOKEN, CUSTOMER_KEY, "hush");
    assertThat(log.lines)
        .as("log of the store at TRACE, of everything else at INFO")
        .noneMatch(line -> line.contains("hush") || line.contains(CUSTOMER_KEY));
  }

  /** All that is logged by the store, however fine, and what others log by default. */
  private static final class Log extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger everything = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger ours = loggers.getLogger("io.bop.aof");
    private final Level everythingBefore = everything.getLevel();
    private final Level oursBefore = ours.getLevel();

    void attach() {
      setContext(loggers);
      start();
      everything.setLevel(Level.INFO);
      ours.setLevel(Level.TRACE);
      everything.addAppender(this);
    }

    void detach() {
      everything.detachAppender(this);
      everything.setLevel(everythingBefore);
      ours.setLevel(oursBefore);
      stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
      String trace =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + trace);
    }
  }
}
