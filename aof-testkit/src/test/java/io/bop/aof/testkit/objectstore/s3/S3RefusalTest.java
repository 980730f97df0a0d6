package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.bop.aof.BreakerState;
import io.bop.aof.S3Compatibility.ConditionalPut;
import io.bop.aof.S3Compatibility.RequestChecksum;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.S3Encryption;
import io.bop.aof.Tier2Config;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.tier2.Tier2;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees when the service does not do what was asked of it. */
class S3RefusalTest extends WireFixture {

  private static final Predicate<HttpHead> PROBE = head -> head.path().endsWith("/.aof-probe");
  private static final Predicate<HttpHead> CHECKSUM_PROBE =
      head -> head.path().endsWith("/.aof-probe-checksum");

  @Test
  void saysThatTheSecretKeyIsWrong() throws Exception {
    reopen(credentials("AKIATESTTESTTESTTEST", "not-the-secret-not-the-secret"));

    ObjectStoreException failure = fails(Reason.AUTHORIZATION, () -> store.get("k"));

    assertThat(failure)
        .hasMessageStartingWith("signature is wrong: operation=get bucket=bucket-")
        .hasMessageContaining("key=events/eu/k status=403 code=SignatureDoesNotMatch requestId=")
        .hasMessageContaining("action=check tier2.s3.secret-key");
    assertThat(trace(failure)).doesNotContain("not-the-secret");
    assertThat(failed(() -> store.putIfAbsent("k", body(bytes(9)), Map.of())))
        .isEqualTo(Reason.AUTHORIZATION);
    assertThat(failed(() -> store.head("k"))).isEqualTo(Reason.AUTHORIZATION);
  }

  @Test
  void saysThatTheAccessKeyIsUnknown() throws Exception {
    reopen(credentials("AKIAUNKNOWN", "secret"));

    assertThat(fails(Reason.AUTHORIZATION, () -> store.list("", null, 1)))
        .hasMessageStartingWith("access key is unknown: operation=list")
        .hasMessageContaining("code=InvalidAccessKeyId")
        .hasMessageContaining("action=check tier2.s3.access-key");
  }

  @Test
  void namesWhatTheSettingsOfTheStoreNeedToBePermitted() throws Exception {
    put("k", 9);
    reopen(
        c ->
            c.withTags(Map.of("team", "payments"))
                .withEncryption(new S3Encryption.Kms("alias/events")));
    wire.plan(head -> true, Integer.MAX_VALUE, WireFault.status(403, "AccessDenied"));

    assertThat(fails(Reason.AUTHORIZATION, () -> store.putIfAbsent("x", body(bytes(9)), Map.of())))
        .hasMessageEndingWith(
            " action=permit s3:PutObject, s3:PutObjectTagging for tier2.s3.tags,"
                + " kms:GenerateDataKey on alias/events for tier2.s3.sse");
    assertThat(fails(Reason.AUTHORIZATION, () -> store.get("k")))
        .hasMessageEndingWith(
            " action=permit s3:GetObject, and s3:ListBucket so that what is missing is not"
                + " forbidden, kms:Decrypt on alias/events for tier2.s3.sse");
    assertThat(fails(Reason.AUTHORIZATION, () -> store.delete("k")))
        .hasMessageEndingWith(" action=permit s3:DeleteObject");

    reopen(c -> c.withEncryption(new S3Encryption.Kms(null)));
    assertThat(fails(Reason.AUTHORIZATION, () -> store.putIfAbsent("x", body(bytes(9)), Map.of())))
        .hasMessageEndingWith(
            " action=permit s3:PutObject, kms:GenerateDataKey on the account's key for S3 for"
                + " tier2.s3.sse");
    reopen(c -> c);
    assertThat(fails(Reason.AUTHORIZATION, () -> store.putIfAbsent("x", body(bytes(9)), Map.of())))
        .hasMessageEndingWith(" action=permit s3:PutObject");
  }

  @Test
  void saysThatTheBucketDoesNotExist() throws Exception {
    config = config.withPrefix("");
    S3Config elsewhere = server.buckets().config("no-such-bucket");
    reopen(c -> elsewhere);

    for (ObjectStoreException failure :
        List.of(
            fails(Reason.UNAVAILABLE, () -> store.get("k")),
            fails(Reason.UNAVAILABLE, () -> store.head("k")),
            fails(Reason.UNAVAILABLE, () -> store.list("", null, 1)),
            fails(Reason.UNAVAILABLE, () -> store.delete("k")),
            fails(Reason.UNAVAILABLE, () -> store.putIfAbsent("k", body(bytes(9)), Map.of())))) {
      assertThat(failure)
          .hasMessageStartingWith("bucket does not exist: ")
          .hasMessageContaining("no-such-bucket")
          .hasMessageContaining("action=create it, or correct tier2.s3.bucket and endpoint");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403|AccessDenied|AUTHORIZATION|access denied|permit s3:DeleteObject",
        "403|ExpiredToken|AUTHORIZATION|session token is no longer valid|renew the temporary",
        "400|AuthorizationHeaderMalformed|AUTHORIZATION|bucket is in another region|s3.region",
        "301|PermanentRedirect|AUTHORIZATION|bucket is in another region|s3.region",
        "400|InvalidArgument|AUTHORIZATION|object store refused the request|settings",
        "501|NotImplemented|AUTHORIZATION|object store cannot do this|settings",
        "403|QuotaExceeded|NO_SPACE|object store has no room|quota",
        "507|XMinioStorageFull|NO_SPACE|object store has no room|quota",
        "503|SlowDown|TRANSIENT|object store is busy|code=SlowDown",
        "503|ServiceUnavailable|TRANSIENT|object store is busy|code=ServiceUnavailable",
        "429|TooManyRequests|TRANSIENT|object store is busy|status=429",
        "500|InternalError|TRANSIENT|object store failed|status=500",
        "502|BadGateway|TRANSIENT|object store failed|status=502",
        "409|OperationAborted|TRANSIENT|object store failed|status=409",
        "400|RequestTimeout|TRANSIENT|object store failed|code=RequestTimeout",
        "400|ThrottlingException|TRANSIENT|object store is busy|code=ThrottlingException",
        "400|Throttling|TRANSIENT|object store is busy|code=Throttling",
        "400|RequestLimitExceeded|TRANSIENT|object store is busy|code=RequestLimitExceeded",
        "403|InvalidObjectState|AUTHORIZATION|object is in an archive of the service|lifecycle",
      })
  void saysWhatTheServiceAnswered(
      int status, String code, Reason reason, String phrase, String fact) throws Exception {
    wire.plan(method("DELETE"), 1, WireFault.status(status, code));

    assertThat(fails(reason, () -> store.delete("k")))
        .hasMessageStartingWith(phrase + ": operation=delete bucket=" + config.bucket())
        .hasMessageContaining("code=" + code + " requestId=R-17")
        .hasMessageContaining(fact);
  }

  @Test
  void refusesAServiceThatOverwritesObjects() throws Exception {
    wire.plan(PROBE.and(head -> wire.requests().size() > 1), 1, WireFault.status(200, ""));

    assertThat(fails(Reason.AUTHORIZATION, () -> store.putIfAbsent("k", body(bytes(9)), Map.of())))
        .hasMessageStartingWith("service cannot keep objects from being overwritten")
        .hasMessageContaining("ifNoneMatch=ignored")
        .hasMessageContaining("tier2.s3.conditional-put=emulated");
    assertThat(store.head("k")).isEmpty();
    assertThat(store.features()).contains(entry("conditional-put", "ignored"));
  }

  @Test
  void looksBeforeItPutsWhereConditionsAreRefusedAndThatWasAccepted() throws Exception {
    reopen(c -> c.withCompatibility(c.compatibility().withConditionalPut(ConditionalPut.EMULATED)));
    wire.plan(
        head -> head.headers().containsKey("if-none-match"),
        Integer.MAX_VALUE,
        WireFault.status(501, "NotImplemented"));

    assertThat(store.putIfAbsent("k", body(bytes(9)), Map.of()))
        .isInstanceOf(PutResult.Created.class);
    assertThat(store.putIfAbsent("k", body(bytes(10)), Map.of()))
        .isEqualTo(new PutResult.AlreadyExists());

    assertThat(store.get("k")).isEqualTo(bytes(9));
    assertThat(store.features())
        .contains(entry("conditional-put", "refused"), entry("crc32c", "verified"));
  }

  @Test
  void saysThatPutsAreRefusedWhenItIsNotForTheCondition() throws Exception {
    wire.plan(method("PUT"), Integer.MAX_VALUE, WireFault.status(400, "InvalidStorageClass"));

    assertThat(fails(Reason.AUTHORIZATION, () -> store.putIfAbsent("k", body(bytes(9)), Map.of())))
        .hasMessageStartingWith("object store refused the request: operation=put")
        .hasMessageContaining("code=InvalidStorageClass");
  }

  @Test
  void sendsMd5WhereCrc32cIsNotChecked() throws Exception {
    wire.plan(CHECKSUM_PROBE.and(method("PUT")), 1, WireFault.status(200, ""));

    store.putIfAbsent("k", body("123456789".getBytes(StandardCharsets.US_ASCII)), Map.of());

    assertThat(store.features()).contains(entry("crc32c", "ignored"));
    HttpHead put = last();
    assertThat(put.header("content-md5")).isEqualTo("JfnnlDI7RTiF9RgfG2JNCw==");
    assertThat(put.headers()).doesNotContainKey("x-amz-checksum-crc32c");
  }

  @Test
  void sendsMd5WhereCrc32cIsRefused() throws Exception {
    wire.plan(
        head -> head.headers().containsKey("x-amz-checksum-crc32c"),
        Integer.MAX_VALUE,
        WireFault.status(400, "InvalidRequest"));

    store.putIfAbsent("k", body(bytes(9)), Map.of());

    assertThat(store.features())
        .contains(entry("crc32c", "refused"), entry("conditional-put", "honoured"));
    assertThat(last().headers()).containsKey("content-md5");
  }

  @Test
  void sendsNoChecksumWhenNoneIsWanted() throws Exception {
    reopen(c -> c.withCompatibility(c.compatibility().withRequestChecksum(RequestChecksum.NONE)));

    store.putIfAbsent("k", body(bytes(9)), Map.of());

    assertThat(wire.requests()).noneMatch(CHECKSUM_PROBE);
    assertThat(wire.requests())
        .allSatisfy(
            head ->
                assertThat(head.headers())
                    .doesNotContainKeys("content-md5", "x-amz-checksum-crc32c", "x-amz-trailer"));
  }

  @Test
  void asksOnlyOnceWhatTheServiceCanDo() throws Exception {
    store.putIfAbsent("a", body(bytes(9)), Map.of());
    assertThat(wire.requests()).hasSize(4);
    store.putIfAbsent("b", body(bytes(9)), Map.of());
    assertThat(wire.requests()).hasSize(5);

    reopen(c -> c);
    wire.forget();
    store.putIfAbsent("c", body(bytes(9)), Map.of());

    assertThat(wire.requests()).hasSize(3);
  }

  @Test
  void learnsNothingFromBeingThrottled() throws Exception {
    wire.plan(PROBE, 1, WireFault.status(400, "ThrottlingException"));

    assertThat(failed(() -> store.putIfAbsent("k", body(bytes(9)), Map.of())))
        .isEqualTo(Reason.TRANSIENT);
    store.putIfAbsent("k", body(bytes(9)), Map.of());

    assertThat(store.features())
        .contains(entry("crc32c", "verified"), entry("conditional-put", "honoured"));
  }

  @Test
  void doesNotGiveUpAllObjectsForOneThatIsArchived() throws Exception {
    put("k", 9);
    try (Tier2 tier2 = new Tier2(host, store, Tier2Config.defaults())) {
      wire.plan(object("GET", "archived"), 20, WireFault.status(403, "InvalidObjectState"));
      for (int i = 0; i < 20; i++) {
        fails(Reason.AUTHORIZATION, () -> tier2.get("archived"));
      }

      assertThat(tier2.readState()).isEqualTo(BreakerState.CLOSED);
      assertThat(tier2.get("k")).isEqualTo(bytes(9));
    }
  }

  @Test
  void takesABucketThatItMayNotLookAtForOneThatIsThere() throws Exception {
    wire.plan(
        method("HEAD").and(head -> head.path().equals("/" + config.bucket())),
        Integer.MAX_VALUE,
        WireFault.status(403, ""));

    assertThat(store.head("k")).isEmpty();
    assertThat(wire.requests()).hasSize(2);
  }

  private HttpHead last() {
    return wire.requests().get(wire.requests().size() - 1);
  }

  private static UnaryOperator<S3Config> credentials(String accessKey, String secretKey) {
    return c -> c.withCredentials(new S3Credentials(accessKey, secretKey));
  }

  private static Reason failed(ThrowingCallable call) {
    try {
      call.call();
      throw new AssertionError("no failure");
    } catch (ObjectStoreException e) {
      return e.reason();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
