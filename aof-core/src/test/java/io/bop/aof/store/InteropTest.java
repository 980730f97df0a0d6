package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.SegmentScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operating system's own {@code zstd} reads what the store wrote. */
@Timeout(60)
class InteropTest {

  @TempDir Path root;
  @TempDir Path scratch;

  private byte[] zstd(String... arguments) throws Exception {
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    Process process =
        new ProcessBuilder(arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as("%s: %s", List.of(arguments), Files.readString(err))
        .isZero();
    return Files.readAllBytes(out);
  }

  private boolean zstdIsThere() {
    try {
      zstd("zstd", "--version");
      return true;
    } catch (IOException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private record Id(long stream, long segment) {}

  @Test
  void acceptsEveryWarmFileAndEveryObjectAndYieldsTheBytesOfTier0() throws Exception {
    assumeTrue(zstdIsThere(), "no zstd on this machine");
    try (AofStore store =
        AofStore.open(config(root).tier0(t -> t.withMaxBytes(128 * MIB)).build())) {
      fill(store);
    }
    Map<Id, byte[]> slots = slots();
    List<Path> warm = files(root.resolve("tier1"), ".zst");
    List<Path> objects =
        files(root.resolve("tier2"), ".zst").stream()
            .filter(p -> p.toString().contains("segments"))
            .toList();
    assertThat(warm).hasSizeGreaterThan(6);
    assertThat(objects).hasSameSizeAs(warm);
    for (Path file : warm) {
      check(file, slots);
    }
    for (Path file : objects) {
      check(file, slots);
    }
  }

  /* Every profile, text and noise, one record and many, keys and headers, and one large record. */
  private static void fill(AofStore store) {
    CompressionProfile[] profiles = CompressionProfile.values();
    for (int p = 0; p < profiles.length; p++) {
      store.compressionProfile(profiles[p]);
      AofStream noise = store.stream("noise" + p);
      for (int n = 0; n < 1_500; n++) {
        noise.append(memory(payload(p, n, n % 1_400)));
      }
      noise.append(memory(payload(p, 0, 256 * 1024)));
      AofStream text = store.stream("text" + p);
      for (int n = 0; n < 300; n++) {
        text.append(
            AppendRequest.builder(json(n))
                .key("order-" + n)
                .header("type", "Order")
                .extId(n)
                .durability(Durability.MEMORY)
                .build());
      }
      StressFixture.awaitUploaded(noise);
      StressFixture.awaitUploaded(text);
    }
    AofStream one = store.stream("one");
    one.append(new byte[0]);
    StressFixture.awaitUploaded(one);
  }

  private static byte[] json(int n) {
    return ("{\"order\":" + n + ",\"state\":\"NEW\"}").getBytes(StandardCharsets.UTF_8);
  }

  private Map<Id, byte[]> slots() throws Exception {
    Map<Id, byte[]> slots = new HashMap<>();
    for (Path file : files(root.resolve("tier0"), ".seg")) {
      byte[] bytes = Files.readAllBytes(file);
      SegmentHeader header = header(bytes, file);
      if (header.state() == SlotState.IN_USE) {
        slots.put(new Id(header.streamId(), header.segmentId()), bytes);
      }
    }
    return slots;
  }

  private static SegmentHeader header(byte[] bytes, Path file) {
    return SegmentHeaderCodec.decode(
        Arrays.copyOf(bytes, SegmentHeaderLayout.PAGE_SIZE), file.toString());
  }

  private void check(Path file, Map<Id, byte[]> slots) throws Exception {
    zstd("zstd", "-q", "-t", file.toString());
    byte[] plain = zstd("zstd", "-q", "-dc", file.toString());
    SegmentHeader header = header(plain, file);
    SegmentScan.Result scan =
        SegmentScan.run(
            (position, dst, offset, length) ->
                System.arraycopy(plain, (int) position, dst, offset, length),
            header.salt(),
            header.baseOffset(),
            plain.length);
    assertThat(scan.reason()).as("%s", file).isNull();
    assertThat(scan.recordCount()).isPositive();
    assertThat(scan.dataEnd()).isEqualTo(plain.length);
    byte[] slot = slots.get(new Id(header.streamId(), header.segmentId()));
    assertThat(slot).as("the hot copy of %s", file).isNotNull();
    assertThat(plain.length).isLessThan((int) MIB);
    assertThat(Arrays.equals(plain, 0, plain.length, slot, 0, plain.length))
        .as("bytes of %s", file)
        .isTrue();
  }
}
