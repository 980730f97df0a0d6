package io.bop.aof.testkit.proof;

import io.bop.aof.AdmissionPolicy;
import io.bop.aof.AofConfig;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Whether the local tiers keep to their budgets. */
final class LocalBytes {

  private LocalBytes() {}

  /**
   * Checks the bytes of now.
   *
   * @param rescued segments that may stand in two slots, because the force of the first failed
   * @param undeleted warm files that may be there still, because a delete failed
   */
  static void check(SimulatedDisk disk, AofConfig config, int rescued, int undeleted) {
    long hot = 0;
    long warm = 0;
    for (Path file : disk.files()) {
      if (file.startsWith(config.root().resolve("tier0")) && isCounted(file)) {
        hot += size(disk, file);
      } else if (file.startsWith(config.root().resolve("tier1")) && isCounted(file)) {
        warm += size(disk, file);
      }
    }
    long overshoot =
        config.tier0().policy() == AdmissionPolicy.STRICT
            ? 0
            : (long) (config.tier0().maxBytes() * config.tier0().overshoot());
    long twice = rescued * config.segment().maxSize();
    if (hot > config.tier0().maxBytes() + overshoot + twice) {
      throw new AssertionError(
          "tier 0 is over its budget: bytes=" + hot + " limit=" + config.tier0().maxBytes());
    }
    if (warm > config.tier1().maxBytes() + undeleted * config.segment().maxSize()) {
      throw new AssertionError(
          "tier 1 is over its budget: bytes=" + warm + " limit=" + config.tier1().maxBytes());
    }
  }

  private static long size(SimulatedDisk disk, Path file) {
    try {
      return disk.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /* What was set aside as evidence is not counted. */
  private static boolean isCounted(Path file) {
    return !file.toString().contains("quarantine");
  }
}
