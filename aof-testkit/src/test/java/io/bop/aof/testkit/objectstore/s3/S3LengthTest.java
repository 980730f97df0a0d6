package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.s3.WireFault.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that do not say how long their body is, as some gateways send them. */
class S3LengthTest extends WireFixture {

  /** As Tier 2 does, which names the checksum of each object. */
  private byte[] putChecked(String key, int size) throws Exception {
    byte[] bytes = bytes(size);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    String text = ObjectMetadata.crc32cText((int) crc.getValue());
    store.putIfAbsent(key, body(bytes), Map.of(ObjectMetadata.CRC32C, text));
    wire.forget();
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 65_536, 65_537, 1_000_000})
  void readsAWholeObject(int size) throws Exception {
    byte[] bytes = putChecked("k", size);
    wire.plan(method("GET"), 1, WireFault.chunkedAnswer());
    assertThat(store.get("k")).isEqualTo(bytes);

    wire.plan(method("GET"), 1, WireFault.endlessAnswer(Long.MAX_VALUE));
    assertThat(store.get("k")).isEqualTo(bytes);
    assertThat(wire.requests()).hasSize(2);
  }

  @Test
  void readsARange() throws Exception {
    byte[] bytes = putChecked("k", 300_000);
    wire.plan(method("GET"), 1, WireFault.chunkedAnswer());
    ByteBuffer range = ByteBuffer.allocate(100_000);

    store.getRange("k", 7, range);

    assertThat(range.array()).isEqualTo(Arrays.copyOfRange(bytes, 7, 100_007));
  }

  @Test
  void takesNoPartForTheWhole() throws Exception {
    byte[] bytes = putChecked("k", 100_000);
    wire.plan(method("GET"), 1, WireFault.endlessAnswer(50_000));
    assertThat(store.get("k")).as("read again").isEqualTo(bytes);

    wire.plan(method("GET"), 2, WireFault.endlessAnswer(50_000));
    assertThat(fails(Reason.CORRUPT, () -> store.get("k")))
        .hasMessageStartingWith("object does not match its checksum: operation=get");
    ByteBuffer range = ByteBuffer.allocate(60_000);
    wire.plan(method("GET"), 1, WireFault.endlessAnswer(50_000));
    assertThat(fails(Reason.CORRUPT, () -> store.getRange("k", 0, range)))
        .hasMessageStartingWith("object ends early: operation=getRange");
  }

  @Test
  void refusesAWholeObjectThatNothingTellsFromAPart() throws Exception {
    put("k", 100_000);
    wire.plan(method("GET"), 1, WireFault.chunkedAnswer());

    assertThat(fails(Reason.CORRUPT, () -> store.get("k")))
        .hasMessageStartingWith("service does not say how long the object is: operation=get");
    wire.plan(method("HEAD"), 1, WireFault.chunkedAnswer());
    assertThat(fails(Reason.CORRUPT, () -> store.head("k")))
        .hasMessageStartingWith("service does not say how long the object is: operation=head");
  }

  @Test
  void readsAgainWhatWasCutBetweenChunks() throws Exception {
    byte[] bytes = putChecked("k", 300_000);
    wire.plan(method("GET"), 1, WireFault.body(Kind.CHUNKED_ANSWER, 100_000));

    assertThat(store.get("k")).isEqualTo(bytes);
    assertThat(wire.requests()).hasSize(2);
  }
}
