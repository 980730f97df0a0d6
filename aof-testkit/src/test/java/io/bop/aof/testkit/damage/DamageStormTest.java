package io.bop.aof.testkit.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.damage.Damage.Way;
import io.bop.aof.testkit.fuzz.Watched;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damage to any one file of a store costs no record that another copy or the durable position
 * proves, gives no wrong one, and ends in typed errors, soon.
 *
 * <p>{@code -Daof.soak=n} strikes n times in each way; a failure names its seed.
 */
class DamageStormTest {

  private static final int STRIKES = Integer.getInteger("aof.soak", 150);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final long SEED = 20_261_122;

  /* Each with another one of its kind, to take foreign files from. */
  private static final List<List<StoreTemplate>> TEMPLATES =
      Stream.<LongFunction<StoreTemplate>>of(
              StoreTemplate::killed, StoreTemplate::closed, StoreTemplate::local)
          .map(kind -> List.of(kind.apply(SEED), kind.apply(SEED + 1)))
          .toList();

  @Test
  void costsNoProvenRecordWhenOneByteIsDamaged() {
    strike(Way.BYTE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTE")
  void costsNoProvenRecord(Way way) {
    strike(way);
  }

  /* Each kind of store on a thread of its own: opening and closing wait more than they work. */
  private static void strike(Way way) {
    List<CompletableFuture<StormTable>> storms =
        TEMPLATES.stream()
            .map(
                pair ->
                    CompletableFuture.supplyAsync(() -> storm(way, pair), DamageStormTest::start))
            .toList();
    StormTable table = new StormTable();
    storms.forEach(storm -> table.addAll(storm.join()));
    System.out.println("damage storm: way=" + way + " struck=" + table.total());
    System.out.println(table.markdown());
    assertThat(table.total()).isGreaterThanOrEqualTo(STRIKES);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "storm");
    thread.setDaemon(true);
    thread.start();
  }

  private static StormTable storm(Way way, List<StoreTemplate> pair) {
    DamageStorm storm = new DamageStorm(pair.get(0), pair.get(1));
    Watched watched = new Watched(LONGEST);
    watched.run(
        () ->
            Property.forAll(
                "damage storm " + way + " " + pair.get(0).name(),
                (STRIKES + TEMPLATES.size() - 1) / TEMPLATES.size(),
                random -> {
                  watched.begin(way + " -Daof.seed=" + random.seed());
                  storm.strike(random, way);
                }));
    return storm.table();
  }

  @Test
  void templatesHoldFilesOfEveryKind() {
    List<StoreTemplate> pair = TEMPLATES.get(0);
    DamageStorm killed = new DamageStorm(pair.get(0), pair.get(1));
    assertThat(killed.files().keySet())
        .contains(
            FileKind.ACTIVE_SLOT,
            FileKind.SEALED_SLOT,
            FileKind.SPARE_SLOT,
            FileKind.WARM_FILE,
            FileKind.NEWEST_CHUNK,
            FileKind.OLDER_CHUNK,
            FileKind.SNAPSHOT,
            FileKind.MARK,
            FileKind.IDENTITY,
            FileKind.LOCK,
            FileKind.OBJECT,
            FileKind.REMOTE_CHUNK,
            FileKind.REMOTE_IDENTITY,
            FileKind.SIDECAR)
        .doesNotContain(FileKind.OTHER);
  }
}
