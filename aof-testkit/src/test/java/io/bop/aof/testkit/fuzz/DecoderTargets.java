package io.bop.aof.testkit.fuzz;

import java.util.List;
import java.util.stream.Stream;

/** Every decoder there is. Stateless. */
final class DecoderTargets {

  private DecoderTargets() {}

  static List<DecoderTarget> all() {
    return Stream.of(
            SegmentTargets.all(), WarmTargets.all(), ManifestTargets.all(), TextTargets.all())
        .flatMap(List::stream)
        .toList();
  }

  static DecoderTarget named(String name) {
    return all().stream().filter(target -> target.name().equals(name)).findFirst().orElseThrow();
  }
}
