package io.bop.aof.benchmarks.limit;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Decompresses the frames of the engine's own warm files, one after the other, on one core. */
public final class WarmReplayLimit implements Contestant {

  private final List<WarmFile> files = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();
  private final long records;
  private final Closeable source;

  /**
   * Reads the files into memory.
   *
   * @param records how many records they hold
   * @param source closed with this
   */
  public WarmReplayLimit(List<Path> paths, long records, Closeable source) throws IOException {
    this.records = records;
    this.source = source;
    for (Path path : paths) {
      files.add(WarmFile.open(path));
      contents.add(Files.readAllBytes(path));
    }
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public String state() {
    return "the same frames in memory; zstd-jni decompression into one array on one core";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> decompress());
  }

  private long decompress() throws IOException {
    int largest = files.stream().mapToInt(WarmFile::largestContent).max().orElse(0);
    byte[] out = new byte[largest];
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      for (int i = 0; i < files.size(); i++) {
        byte[] bytes = contents.get(i);
        for (WarmFile.Frame frame : files.get(i).frames()) {
          decompress(context, bytes, frame.position(), frame, out);
        }
      }
    }
    return records;
  }

  /** Decompresses one frame that begins at {@code at} in {@code bytes}. */
  static void decompress(
      ZstdDecompressCtx context, byte[] bytes, int at, WarmFile.Frame frame, byte[] out)
      throws IOException {
    int size = context.decompressByteArray(out, 0, frame.contentSize(), bytes, at, frame.size());
    if (size != frame.contentSize()) {
      throw new IOException(
          "frame has another size: expected=" + frame.contentSize() + " found=" + size);
    }
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    source.close();
  }
}
