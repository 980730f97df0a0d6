package io.bop.aof.testkit.objectstore.s3;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The clock of a service that takes no request of another time, as S3 does: more than 15 minutes
 * before or after its own are too much.
 */
final class WireClock {

  private static final Duration MOST_SKEW = Duration.ofMinutes(15);
  private static final DateTimeFormatter SIGNED =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HEADER =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final Supplier<Instant> now;
  private final boolean looks;

  private WireClock(Supplier<Instant> now, boolean looks) {
    this.now = now;
    this.looks = looks;
  }

  /** Nobody looks at the time. */
  static WireClock none() {
    return new WireClock(() -> Instant.EPOCH, false);
  }

  /** It is that late. */
  static WireClock of(Supplier<Instant> now) {
    return new WireClock(now, true);
  }

  boolean refuses(HttpHead request) {
    String signed = request.header("x-amz-date");
    return looks
        && !signed.isEmpty()
        && Duration.between(Instant.from(SIGNED.parse(signed)), now.get())
                .abs()
                .compareTo(MOST_SKEW)
            > 0;
  }

  /** What such a request is answered. */
  byte[] refusal(boolean withoutBody) {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>RequestTimeTooSkewed</Code>"
            + "<Message>The difference between the request time and the current time is too large."
            + "</Message><RequestId>R-18</RequestId></Error>";
    String head =
        "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nDate: "
            + HEADER.format(now.get())
            + "\r\nx-amz-request-id: R-18\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return (withoutBody ? head : head + body).getBytes(StandardCharsets.ISO_8859_1);
  }
}
