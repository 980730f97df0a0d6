package io.bop.aof.benchmarks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.bop.aof.zstd.SeekableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ratio and speed of zstd's levels and frame sizes on real events.
 *
 * <p>Usage: {@code CompressionProfilesTable EVENTS.json [rounds]}. Prints a Markdown table; speeds
 * are medians over interleaved rounds, in MB/s of records on one core.
 */
public final class CompressionProfilesTable {

  private static final int[] LEVELS = {-5, -1, 1, 2, 3, 4, 5, 6, 9, 12, 15, 19};
  private static final int[] FRAME_SIZES = {64 << 10, 256 << 10, 1 << 20};
  private static final double MEGABYTE = 1e6;
  private static final long MIN_NANOS = 50_000_000L;

  private CompressionProfilesTable() {}

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    if (args.length < 1) {
      throw new IllegalArgumentException("usage: CompressionProfilesTable EVENTS.json [rounds]");
    }
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    List<byte[]> records = EventRecords.records(EventRecords.events(Path.of(args[0])));
    List<Row> rows = new ArrayList<>();
    for (int frameSize : FRAME_SIZES) {
      List<byte[]> frames = EventRecords.frames(records, frameSize);
      for (int level : LEVELS) {
        rows.add(new Row(level, frameSize, frames, rounds));
      }
    }
    for (int round = -1; round < rounds; round++) {
      for (Row row : rows) {
        row.measure(round);
      }
    }
    long bytes = records.stream().mapToLong(record -> record.length).sum();
    System.out.printf("%d records, %d bytes%n%n", records.size(), bytes);
    System.out.println("| level | frame | ratio | writer MB/s | zstd-jni MB/s | decompress MB/s |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    rows.forEach(Row::print);
  }

  private interface Work {
    long run() throws IOException;
  }

  /** One level and frame size. */
  private static final class Row {
    private final int level;
    private final int frameSize;
    private final List<byte[]> frames;
    private final double[] writer;
    private final double[] plain;
    private final double[] decompress;
    private final List<byte[]> compressed = new ArrayList<>();
    private long compressedBytes;

    Row(int level, int frameSize, List<byte[]> frames, int rounds) {
      this.level = level;
      this.frameSize = frameSize;
      this.frames = frames;
      writer = new double[rounds];
      plain = new double[rounds];
      decompress = new double[rounds];
    }

    /** A round below 0 warms up. */
    void measure(int round) throws IOException {
      double first = speed(this::write);
      double second = speed(this::compress);
      double third = speed(this::decompress);
      if (round >= 0) {
        writer[round] = first;
        plain[round] = second;
        decompress[round] = third;
      }
    }

    private double speed(Work work) throws IOException {
      long start = System.nanoTime();
      long bytes = 0;
      long nanos;
      do {
        bytes += work.run();
        nanos = System.nanoTime() - start;
      } while (nanos < MIN_NANOS);
      return bytes / MEGABYTE / (nanos / 1e9);
    }

    private long write() throws IOException {
      try (SeekableWriter out = new SeekableWriter()) {
        out.start((bytes, offset, length) -> {}, level);
        for (byte[] frame : frames) {
          out.frame(frame, 0, frame.length);
        }
        compressedBytes = out.bytes();
        return out.rawBytes();
      }
    }

    private long compress() {
      boolean keep = compressed.isEmpty();
      long bytes = 0;
      byte[] dst = new byte[(int) Zstd.compressBound(2L * frameSize)];
      try (var context = new com.github.luben.zstd.ZstdCompressCtx()) {
        context.setLevel(level).setChecksum(true);
        for (byte[] frame : frames) {
          int size = context.compressByteArray(dst, 0, dst.length, frame, 0, frame.length);
          bytes += frame.length;
          if (keep) {
            compressed.add(Arrays.copyOf(dst, size));
          }
        }
      }
      return bytes;
    }

    private long decompress() {
      long bytes = 0;
      byte[] dst = new byte[2 * frameSize];
      try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
        for (byte[] frame : compressed) {
          bytes += context.decompressByteArray(dst, 0, dst.length, frame, 0, frame.length);
        }
      }
      return bytes;
    }

    void print() {
      long raw = frames.stream().mapToLong(frame -> frame.length).sum();
      System.out.printf(
          "| %d | %dK | %.2f | %.0f | %.0f | %.0f |%n",
          level,
          frameSize >> 10,
          (double) raw / compressedBytes,
          median(writer),
          median(plain),
          median(decompress));
    }

    private static double median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }
}
