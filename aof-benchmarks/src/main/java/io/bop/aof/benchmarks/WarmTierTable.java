package io.bop.aof.benchmarks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.io.Host;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier1.WarmSegmentReader;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameSetting;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tier 1 beside bare zstd-jni on the same events, interleaved: compression, replay, point read.
 *
 * <p>Usage: {@code WarmTierTable EVENTS.json [rounds]}. Prints medians of the ratios to the limit.
 */
public final class WarmTierTable {

  private static final int SEGMENT_RECORDS = 200_000;
  private static final FrameSetting SETTING = new FrameSetting(1, 256 << 10);
  private static final int FILE_HEADER = 4096;

  /** A prime. */
  private static final long STRIDE = 7919;

  private final EventSegment segment;
  private final WarmFiles files;
  private final FrameCache noCache = new FrameCache(Host.system(), 0, Runnable::run);
  private final FrameReader reader = new FrameReader();
  private final RecordScanner scanner = new RecordScanner();
  private final List<byte[]> frames = new ArrayList<>();
  private final byte[] dst = new byte[SETTING.frameSize()];
  private long check;

  private WarmTierTable(EventSegment segment, WarmFiles files) {
    this.segment = segment;
    this.files = files;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    if (args.length < 1) {
      throw new IllegalArgumentException("usage: WarmTierTable EVENTS.json [rounds]");
    }
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    List<byte[]> events = EventRecords.events(Path.of(args[0]));
    List<byte[]> many = new ArrayList<>();
    while (many.size() < SEGMENT_RECORDS) {
      many.addAll(events);
    }
    Path directory = Files.createTempDirectory("warm-tier");
    try (WarmFiles files = new WarmFiles(Host.system(), directory)) {
      EventSegment segment = new EventSegment(EventRecords.records(many));
      new WarmTierTable(segment, files).run(rounds);
      files.delete(1, 1);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void run(int rounds) throws IOException {
    Work[] works = {
      this::compressPlain,
      this::compressAndDecompressPlain,
      this::write,
      this::decompressPlain,
      this::replay,
      this::pointPlain,
      this::point
    };
    double[][] seconds = new double[works.length][rounds];
    for (int round = -2; round < rounds; round++) {
      for (int i = 0; i < works.length; i++) {
        long start = System.nanoTime();
        works[i].run();
        if (round >= 0) {
          seconds[i][round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    double megabytes = segment.bytes().length / 1e6;
    System.out.printf("segment %.1f MB, %d frames, %d%n", megabytes, frames.size(), check);
    System.out.printf("zstd-jni compress         %.0f MB/s%n", megabytes / median(seconds[0]));
    System.out.printf("zstd-jni compress + back  %.0f MB/s%n", megabytes / median(seconds[1]));
    System.out.printf("warm file written         %.0f MB/s%n", megabytes / median(seconds[2]));
    System.out.printf("  of compress             %.2f%n", ratio(seconds[0], seconds[2]));
    System.out.printf("  of compress + back      %.2f%n", ratio(seconds[1], seconds[2]));
    System.out.printf("zstd-jni decompress       %.0f MB/s%n", megabytes / median(seconds[3]));
    System.out.printf("replay, records verified  %.0f MB/s%n", megabytes / median(seconds[4]));
    System.out.printf("  of decompress           %.2f%n", ratio(seconds[3], seconds[4]));
    System.out.printf("read + decompress a frame %.0f us%n", micros(seconds[5]));
    System.out.printf("point read, not cached    %.0f us%n", micros(seconds[6]));
    System.out.printf("  times                   %.2f%n", 1 / ratio(seconds[5], seconds[6]));
  }

  private void compressPlain() {
    compress(false);
  }

  private void compressAndDecompressPlain() {
    compress(true);
  }

  private void compress(boolean back) {
    byte[] out = new byte[(int) Zstd.compressBound(SETTING.frameSize())];
    frames.clear();
    byte[] raw = segment.bytes();
    try (ZstdCompressCtx context = new ZstdCompressCtx();
        ZstdDecompressCtx decompress = new ZstdDecompressCtx()) {
      context.setLevel(SETTING.level()).setChecksum(true);
      for (int at = FILE_HEADER; at < raw.length; at += SETTING.frameSize()) {
        int length = Math.min(SETTING.frameSize(), raw.length - at);
        int size = context.compressByteArray(out, 0, out.length, raw, at, length);
        frames.add(Arrays.copyOf(out, size));
        if (back) {
          check += decompress.decompressByteArray(dst, 0, length, out, 0, size);
        }
      }
    }
  }

  private void write() throws IOException {
    check += files.write(segment, segment.footer(), SETTING).bytes();
  }

  private void decompressPlain() {
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      for (byte[] frame : frames) {
        check += context.decompressByteArray(dst, 0, dst.length, frame, 0, frame.length);
      }
    }
  }

  private void replay() throws IOException {
    try (WarmSegmentReader warm = files.open(1, 1, noCache)) {
      SeekableTail tail = warm.tail();
      byte[] records = new byte[tail.maxFrameSize()];
      for (int frame = 0; frame < tail.frameCount(); frame++) {
        int length = warm.readFrame(frame, reader, records);
        scanner.reset(records, 0, length, segment.salt(), tail.firstOffset(frame));
        while (scanner.advance() == RecordScanner.Step.RECORD) {
          check++;
        }
      }
    }
  }

  private void pointPlain() throws IOException {
    try (WarmSegmentReader warm = files.open(1, 1, noCache);
        ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      byte[] bytes = new byte[warm.tail().maxCompressedSize()];
      for (int i = 0; i < frames.size(); i++) {
        int frame = frame(i);
        int size = warm.tail().compressedSize(frame);
        warm.read(warm.tail().compressedPosition(frame), bytes, 0, size);
        check += context.decompressByteArray(dst, 0, dst.length, bytes, 0, size);
      }
    }
  }

  /** As a reader does it: find, read through the cache, verify up to the record. */
  private void point() throws IOException {
    FrameCache cache = new FrameCache(Host.system(), 64 << 20, Runnable::run);
    try (WarmSegmentReader warm = files.open(1, 1, cache)) {
      SeekableTail tail = warm.tail();
      for (int i = 0; i < frames.size(); i++) {
        long offset = tail.firstOffset(frame(i)) + 100;
        int frame = tail.frameOf(offset);
        byte[] records = warm.frame(frame, reader, dst);
        scanner.reset(records, 0, tail.frameSize(frame), segment.salt(), tail.firstOffset(frame));
        while (scanner.nextOffset() <= offset) {
          scanner.advance();
        }
        check += scanner.size();
      }
    }
  }

  /** Each frame once, not in order. */
  private int frame(int i) {
    return (int) (i * STRIDE % frames.size());
  }

  private double micros(double[] seconds) {
    return median(seconds) / frames.size() * 1e6;
  }

  private static double ratio(double[] limit, double[] ours) {
    double[] ratios = new double[limit.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = limit[i] / ours[i];
    }
    return median(ratios);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
