package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.files;
import static io.bop.aof.store.StressFixture.flip;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.slotOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.StreamSnapshot.Reads;
import io.bop.aof.Tier;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads damaged segments. What loops would answer no interrupt, hence the thread. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SalvageTest {

  private static final int SIZE = 1_000;
  private static final int RECORDS = 900;

  @TempDir Path root;

  private AofConfig settings() {
    return config(root).tier1(t -> t.withFrameSize(64 * 1024)).build();
  }

  /* Damaged copies stay where they are: nobody looks at what a reader complains of. */
  private static Host unverified() {
    return new HostWithPools(
        Host.system(), (name, pool) -> name.equals("aof-verify") ? new Idle(pool) : pool);
  }

  private record Idle(Threads.WorkerPool pool) implements Threads.WorkerPool {
    @Override
    public void execute(Runnable task) {}

    @Override
    public int size() {
      return pool.size();
    }

    @Override
    public boolean shutdown(Duration limit) {
      return pool.shutdown(limit);
    }
  }

  private void fill() {
    try (AofStore store = AofStore.open(settings())) {
      AofStream stream = store.stream("s");
      for (int n = 0; n < RECORDS; n++) {
        stream.append(memory(payload(0, n, SIZE)));
      }
      StressFixture.awaitUploaded(stream);
    }
  }

  /* No payload can be compressed, so each copy has a record at about the same place. */
  private static void damage(Path copy, int percent) throws Exception {
    flip(copy, RECORDS * (SIZE + 36L) * percent / 100);
  }

  /** The tiers that runs came from, one after the other. */
  private static List<Tier> tiersRead(AofStream stream) {
    List<Tier> tiers = new ArrayList<>();
    Map<Tier, Long> before = new EnumMap<>(Tier.class);
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      AofRecord record;
      do {
        record = reader.next();
        for (Map.Entry<Tier, Reads> each : stream.snapshot().traffic().reads().entrySet()) {
          Long known = before.put(each.getKey(), each.getValue().runs());
          boolean more = each.getValue().runs() > (known == null ? 0 : known);
          if (more && (tiers.isEmpty() || tiers.get(tiers.size() - 1) != each.getKey())) {
            tiers.add(each.getKey());
          }
        }
        assertThat(record == null || record.offset() < RECORDS).isTrue();
      } while (record != null);
      assertThat(reader.nextOffset()).isEqualTo(RECORDS);
    }
    return tiers;
  }

  @Test
  void asksTheNearestOfTheDamagedCopiesFirst() throws Exception {
    fill();
    Path hot = slotOf(root, 1);
    Path warm = files(root.resolve("tier1"), ".zst").get(0);
    Path object = files(root.resolve("tier2").resolve("segments"), ".zst").get(0);
    assertThat(Files.size(warm)).isGreaterThan(RECORDS * (long) SIZE);
    damage(hot, 10);
    damage(warm, 30);
    damage(object, 50);
    damage(hot, 70);
    damage(warm, 85);

    try (AofStore store = Engine.open(settings(), unverified())) {
      assertThat(tiersRead(store.stream("s")))
          .containsExactly(Tier.TIER0, Tier.TIER1, Tier.TIER2, Tier.TIER0, Tier.TIER1, Tier.TIER0);
    }
  }

  @Test
  void readsWhatAnyCopyHoldsWhenAllAreDamaged() throws Exception {
    fill();
    damage(slotOf(root, 1), 10);
    damage(files(root.resolve("tier1"), ".zst").get(0), 50);
    damage(files(root.resolve("tier2").resolve("segments"), ".zst").get(0), 80);

    for (int open = 0; open < 2; open++) {
      try (AofStore store = AofStore.open(settings())) {
        AofStream stream = store.stream("s");
        assertThat(tiersRead(stream)).contains(Tier.TIER0, Tier.TIER1);
        Awaitility.await("none is believed in")
            .atMost(30, TimeUnit.SECONDS)
            .until(() -> store.snapshot().repairs().unreadable() == 1);
        assertThat(StressFixture.verifyAll(stream, 1)).containsExactly(RECORDS);
        assertThat(store.snapshot().repairs().quarantinedFiles()).isZero();
      }
    }
  }

  @Test
  void findsARecordFarBehindTheFirstOneWithoutAnIndex() throws Exception {
    fill();
    Path hot = slotOf(root, 1);
    byte[] bytes = Files.readAllBytes(hot);
    SegmentFooter footer =
        SegmentFooterCodec.decode(bytes, bytes.length - SegmentFooterLayout.SIZE);
    flip(hot, footer.indexPosition());

    try (AofStore store = AofStore.open(settings());
        AofReader reader = store.stream("s").reader(ReadFrom.offset(800))) {
      assertThat(reader.next()).isNotNull().extracting(AofRecord::offset).isEqualTo(800L);
      assertThat(reader.tier()).isEqualTo(Tier.TIER0);
    }
  }
}
