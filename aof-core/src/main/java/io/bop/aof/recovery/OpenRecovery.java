package io.bop.aof.recovery;

import io.bop.aof.format.ManifestRecord;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier1.WarmFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What every open does before anything else runs: local tiers and manifest agree afterwards. */
public final class OpenRecovery {

  private OpenRecovery() {}

  /**
   * What it works on.
   *
   * @param host the machine
   * @param tier0Directory of the slots
   * @param manifest open for writing
   * @param takeover whether the manifest was another machine's
   * @param slots to fill
   * @param hotSet to fill
   * @param warm files of Tier 1
   */
  public record Places(
      Host host,
      Path tier0Directory,
      ManifestLog manifest,
      boolean takeover,
      SlotPool slots,
      HotSet hotSet,
      WarmFiles warm) {}

  /**
   * Recovers both local tiers, records what was found and this writer's epoch, and makes it
   * durable.
   *
   * @return where each stream continues, by its id
   */
  public static Map<Long, RecoveredStream> run(Places places, RecoveryFindings findings)
      throws IOException {
    ManifestLog manifest = places.manifest();
    if (places.takeover()) {
      Takeover.run(places.host(), manifest);
    }
    Map<Long, RecoveredStream> streams =
        new Tier0Recovery(
                places.host(),
                places.tier0Directory(),
                manifest,
                places.slots(),
                places.hotSet(),
                findings)
            .run();
    Tier1Recovery.run(places.host(), places.warm(), manifest, findings);
    if (!places.takeover()) {
      announce(places, streams);
    }
    manifest.force();
    return streams;
  }

  private static void announce(Places places, Map<Long, RecoveredStream> streams) {
    ManifestLog manifest = places.manifest();
    Map<Long, Long> firstOffsets = new HashMap<>();
    streams.forEach(
        (id, stream) -> {
          // A first offset drops what an older epoch holds beyond it. A stream that refuses appends
          // begins nothing: what is damaged must still be known at the next open.
          if (stream.refusal() == null) {
            firstOffsets.put(id, stream.nextOffset());
          }
        });
    manifest.append(
        new ManifestRecord.WriterEpoch(
            places.host().time().wallMicros(),
            manifest.epoch(),
            places.host().entropy().nextUuid(),
            firstOffsets));
  }
}
