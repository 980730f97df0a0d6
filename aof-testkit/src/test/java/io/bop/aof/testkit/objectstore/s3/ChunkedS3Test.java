package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.PutResult;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies in {@code aws-chunked} encoding, for who wants them. */
class ChunkedS3Test extends WireFixture {

  @BeforeEach
  void chunk() throws Exception {
    reopen(c -> c.withCompatibility(c.compatibility().withChunkedEncoding(true)));
  }

  @Test
  void sendsTheChecksumBehindTheBody() throws Exception {
    byte[] bytes = bytes(300_000);

    assertThat(store.putIfAbsent("k", body(bytes), Map.of())).isInstanceOf(PutResult.Created.class);

    HttpHead put = wire.requests().get(wire.requests().size() - 1);
    assertThat(put.header("content-encoding")).isEqualTo("aws-chunked");
    assertThat(put.header("x-amz-trailer")).isEqualTo("x-amz-checksum-crc32c");
    assertThat(put.header("x-amz-decoded-content-length")).isEqualTo("300000");
    assertThat(store.get("k")).isEqualTo(bytes);
    assertThat(store.features()).containsEntry("chunked-encoding", "on");
  }

  @Test
  void storesNothingOfABodyThatIsWrong() throws Exception {
    fails(
        Reason.CORRUPT,
        () -> store.putIfAbsent("k", new ObjectBody.OfBytes(bytes(300_000), 17), Map.of()));

    assertThat(store.head("k")).isEmpty();
  }

  @Test
  void keepsAnEmptyObject() throws Exception {
    store.putIfAbsent("k", body(new byte[0]), Map.of());

    assertThat(store.get("k")).isEmpty();
  }

  @Test
  void doesWithoutWhereItIsRefused() throws Exception {
    wire.plan(
        head -> head.headers().containsKey("x-amz-trailer"),
        Integer.MAX_VALUE,
        WireFault.status(400, "InvalidRequest"));

    store.putIfAbsent("k", body(bytes(100)), Map.of());

    assertThat(store.get("k")).isEqualTo(bytes(100));
    assertThat(store.features()).containsEntry("crc32c", "refused");
  }
}
