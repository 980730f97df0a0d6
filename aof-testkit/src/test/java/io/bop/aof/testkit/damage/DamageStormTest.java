package io.bop.aof.testkit.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.damage.Damage.Way;
import io.bop.aof.testkit.fuzz.Watched;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damage to any one file of a store costs no record that another copy or the durable position
 * proves, gives no wrong one, and ends in typed errors, soon.
 *
 * <p>{@code -Daof.soak=n} strikes n times in each way; a failure names its seed.
 */
class DamageStormTest {

  private static final Logger log = LoggerFactory.getLogger(DamageStormTest.class);
  private static final int STRIKES = Integer.getInteger("aof.soak", 150);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final long SEED = 20_261_122;

  private static final List<LongFunction<StoreTemplate>> TEMPLATES =
      List.of(StoreTemplate::killed, StoreTemplate::closed, StoreTemplate::local);

  @ParameterizedTest
  @EnumSource(Way.class)
  void costsNoProvenRecord(Way way) {
    StormTable table = new StormTable();
    Watched watched = new Watched(LONGEST);
    watched.run(
        () -> {
          for (LongFunction<StoreTemplate> kind : TEMPLATES) {
            watched.begin("template");
            DamageStorm storm = new DamageStorm(kind.apply(SEED), kind.apply(SEED + 1));
            Property.forAll(
                "damage storm " + way,
                Math.max(1, STRIKES / TEMPLATES.size()),
                random -> {
                  watched.begin(way + " -Daof.seed=" + random.seed());
                  storm.strike(random, way);
                });
            table.addAll(storm.table());
          }
        });
    log.info("damage storm: struck={}\n{}", table.total(), table.markdown());
    System.out.println("damage storm: way=" + way + " struck=" + table.total());
    System.out.println(table.markdown());
    assertThat(table.total()).isPositive();
  }

  @Test
  void templatesHoldFilesOfEveryKind() {
    DamageStorm killed =
        new DamageStorm(StoreTemplate.killed(SEED), StoreTemplate.killed(SEED + 1));
    log.info("files: {}", killed.files());
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
