package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.S3Config;
import io.bop.aof.Tier2Type;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.s3.S3ObjectStore;
import io.bop.aof.objectstore.s3.S3SdkParts;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A machine whose clock is wrong, and a service that looks at the time of each request. */
@Timeout(600)
class S3ClockTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] BYTES = WireFixture.bytes(1_000);

  private static S3Server server;

  @TempDir Path root;

  private final Logger log =
      (Logger) LoggerFactory.getLogger(S3ObjectStore.class.getPackageName() + ".ServiceClock");
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private FaultyWire wire;
  private S3Config config;
  private S3ObjectStore store;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.ofAnyTime();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  @BeforeEach
  void open() throws Exception {
    wire = new FaultyWire(server.port());
    config = server.buckets().create().withEndpoint(URI.create("http://127.0.0.1:" + wire.port()));
    store = open(config);
    store.putIfAbsent("k", WireFixture.body(BYTES), Map.of());
    store.close();
    store = open(config);
    wire.forget();
    logged.start();
    log.setLevel(Level.INFO);
    log.addAppender(logged);
  }

  @AfterEach
  void close() throws Exception {
    log.detachAppender(logged);
    log.setLevel(null);
    store.close();
    wire.close();
    SdkGlobalTime.setGlobalTimeOffset(0);
  }

  private static S3ObjectStore open(S3Config config) throws Exception {
    return new S3ObjectStore(Host.system(), config, Duration.ofMinutes(5), 8);
  }

  private static Instant now() {
    return Instant.EPOCH.plus(Host.system().time().wallMicros(), ChronoUnit.MICROS);
  }

  /** The service's clock is that much ahead of this machine's. */
  private void serviceAhead(Duration by) {
    wire.clock(WireClock.of(() -> now().plus(by)));
  }

  private enum Call {
    GET {
      @Override
      void of(S3ObjectStore store) throws Exception {
        assertThat(store.get("k")).isEqualTo(BYTES);
      }
    },
    GET_RANGE {
      @Override
      void of(S3ObjectStore store) throws Exception {
        ByteBuffer range = ByteBuffer.allocate(10);
        store.getRange("k", 5, range);
        assertThat(range.array()).startsWith(BYTES[5]).endsWith(BYTES[14]);
      }
    },
    HEAD {
      @Override
      void of(S3ObjectStore store) throws Exception {
        assertThat(store.head("k").orElseThrow().size()).isEqualTo(BYTES.length);
      }
    },
    LIST {
      @Override
      void of(S3ObjectStore store) throws Exception {
        assertThat(store.list("", null, 10).objects()).isNotEmpty();
      }
    },
    DELETE {
      @Override
      void of(S3ObjectStore store) throws Exception {
        store.delete("k");
        assertThat(store.head("k")).isEmpty();
      }
    },
    PUT {
      @Override
      void of(S3ObjectStore store) throws Exception {
        store.putIfAbsent("new", WireFixture.body(BYTES), Map.of());
        assertThat(store.get("new")).isEqualTo(BYTES);
      }
    };

    abstract void of(S3ObjectStore store) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void eachCallIsGoodAtTheSecondTry(Call call) throws Exception {
    serviceAhead(HOUR);

    call.of(store);

    int first = wire.requests().size();
    call.of(store);
    // All that follow are sent with the service's time at once.
    assertThat(wire.requests().size() - first).isLessThan(first);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_000_000, -1_000, 1_000, 3_000_000})
  void tellsTheDifferenceOnce(long seconds) throws Exception {
    serviceAhead(Duration.ofSeconds(seconds));

    for (Call call : new Call[] {Call.GET, Call.PUT, Call.LIST, Call.HEAD, Call.GET}) {
      call.of(store);
    }

    assertThat(logged.list).hasSize(1);
    ILoggingEvent event = logged.list.get(0);
    assertThat(event.getLevel()).isEqualTo(Level.WARN);
    assertThat(event.getFormattedMessage())
        .startsWith("clock of this machine is wrong, requests are sent with the service's time: ")
        .contains("place=s3://" + config.bucket())
        .contains(" clock=20")
        .contains(" serviceClock=")
        .endsWith(" action=set the clock of this machine");
    String ahead = event.getFormattedMessage().replaceAll(".*aheadSeconds=(-?\\d+) .*", "$1");
    assertThat(-Long.parseLong(ahead)).isCloseTo(seconds, within(60L));
  }

  @Test
  void goesOnWhenTheClockIsSetWhileItWorks() throws Exception {
    serviceAhead(HOUR);
    Call.GET.of(store);

    // As if the clock of this machine were set right.
    serviceAhead(Duration.ZERO);
    Call.PUT.of(store);
    Call.GET.of(store);

    assertThat(logged.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.INFO);
    assertThat(logged.list.get(1).getFormattedMessage())
        .startsWith("clock of this machine is right again: place=s3://");
  }

  @Test
  void namesBothClocksWhenTheServiceRefusesTheSecondTryToo() {
    AtomicLong hours = new AtomicLong();
    wire.clock(WireClock.of(() -> now().plus(HOUR.multipliedBy(hours.addAndGet(2)))));

    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.AUTHORIZATION))
        .hasMessageStartingWith("object store refused the clock: operation=get bucket=")
        .hasMessageMatching(".* clock=\\d{4}-\\S+Z serviceClock=\\d{4}-\\S+Z .*")
        .hasMessageEndingWith(" action=set the clock of this machine");
    assertThat(wire.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void aClientThatWasLentLearnsItToo(Call call) throws Exception {
    serviceAhead(HOUR);
    try (S3AsyncClient lent =
            S3AsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + wire.port()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            S3Server.CREDENTIALS.accessKey(), S3Server.CREDENTIALS.secretKey())))
                .build();
        S3ObjectStore borrowing =
            open(
                S3Config.of(config.bucket())
                    .withPrefix(config.prefix())
                    .withSdk(S3SdkParts.none().withClient(lent)))) {
      call.of(borrowing);
    }
  }

  @Test
  void aStoreWorksWithAClockThatIsWrong() {
    serviceAhead(HOUR.negated());
    AofConfig store =
        AofConfig.builder(root)
            .tier2(t -> t.withType(Tier2Type.S3).withS3(config.withPrefix("another")))
            .build();

    try (AofStore opened = AofStore.open(store)) {
      AofStream stream = opened.stream("s");
      stream.append(BYTES);
    }
    try (AofStore again = AofStore.open(store);
        AofReader reader = again.stream("s").reader(ReadFrom.earliest())) {
      assertThat(reader.next()).isNotNull();
    }
  }
}
