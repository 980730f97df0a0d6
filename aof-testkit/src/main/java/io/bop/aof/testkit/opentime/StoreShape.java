package io.bop.aof.testkit.opentime;

import io.bop.aof.AofConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What kind of store is built and opened.
 *
 * @param segments sealed ones, over all streams
 * @param streams over which they are spread, at most 64
 * @param warm whether all of them keep their warm file; otherwise only the newest do
 */
record StoreShape(int segments, int streams, boolean warm) {

  private static final long MIB = 1024 * 1024;
  private static final long WARM_BYTES = 1024 * MIB;

  List<String> toCommandLine(Path root) {
    return List.of(
        root.toString(),
        Integer.toString(segments),
        Integer.toString(streams),
        Boolean.toString(warm));
  }

  static StoreShape parse(String[] words) {
    return new StoreShape(
        Integer.parseInt(words[1]), Integer.parseInt(words[2]), Boolean.parseBoolean(words[3]));
  }

  /** Small segments, so that many of them need little room; everything else as it comes. */
  AofConfig config(Path root) {
    long tier0 = Math.max(16, 4L * streams) * MIB;
    return AofConfig.builder(root)
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(tier0))
        .tier1(t -> t.withMaxBytes(warm ? WARM_BYTES : 2 * MIB))
        .build();
  }

  String streamName(int index) {
    return "stream-" + index;
  }
}
