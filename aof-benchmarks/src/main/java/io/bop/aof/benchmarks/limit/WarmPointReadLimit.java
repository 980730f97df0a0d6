package io.bop.aof.benchmarks.limit;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Reads one frame of the engine's own warm files and decompresses it, at random. */
public final class WarmPointReadLimit implements Contestant {

  private static final long SEED = 11;

  private final List<RandomAccessFile> sources = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final int reads;
  private final Closeable source;

  /**
   * Opens the files.
   *
   * @param reads how many frames a round reads
   * @param source closed with this
   */
  public WarmPointReadLimit(List<Path> paths, int reads, Closeable source) throws IOException {
    this.reads = reads;
    this.source = source;
    for (Path path : paths) {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
      sources.add(file);
      for (WarmFile.Frame frame : WarmFile.open(path).frames()) {
        places.add(new Place(file, frame));
      }
    }
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "the same files, open and in the page cache; one frame read and decompressed into arrays"
        + " used again";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> read());
  }

  private long read() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] in = new byte[places.stream().mapToInt(place -> place.frame.size()).max().orElse(0)];
    byte[] out =
        new byte[places.stream().mapToInt(place -> place.frame.contentSize()).max().orElse(0)];
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      for (int i = 0; i < reads; i++) {
        Place place = places.get(random.nextInt(places.size()));
        place.file.seek(place.frame.position());
        place.file.readFully(in, 0, place.frame.size());
        WarmReplayLimit.decompress(context, in, 0, place.frame, out);
      }
    }
    return reads;
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    for (RandomAccessFile file : sources) {
      file.close();
    }
    source.close();
  }

  private record Place(RandomAccessFile file, WarmFile.Frame frame) {}
}
