package io.bop.aof.benchmarks.micro;

import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.format.RecordChecksum;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a checksum costs: CRC32C from an array in one call and in two, and its binding to a place.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ChecksumBenchmark {

  private static final int HEADER = 16;

  /** Payload bytes. */
  @Param({"64", "256", "1024", "16384"})
  public int size;

  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[HEADER];
  private byte[] payload = new byte[0];
  private byte[] record = new byte[0];
  private long offset;

  /** Makes the bytes. */
  @Setup
  public void setUp() {
    payload = Payloads.cached(size).get(0);
    record = new byte[HEADER + size];
  }

  /** Header and payload in one call, from one array. */
  @Benchmark
  public int crcInOneCall() {
    crc.reset();
    crc.update(record, 0, record.length);
    return (int) crc.getValue();
  }

  /** Header and payload in two calls, each from its own array. */
  @Benchmark
  public int crcInTwoCalls() {
    crc.reset();
    crc.update(header, 0, HEADER);
    crc.update(payload, 0, payload.length);
    return (int) crc.getValue();
  }

  /** Both into one array first, then one call. */
  @Benchmark
  public int crcOfCopy() {
    System.arraycopy(header, 0, record, 0, HEADER);
    System.arraycopy(payload, 0, record, HEADER, payload.length);
    crc.reset();
    crc.update(record, 0, record.length);
    return (int) crc.getValue();
  }

  /** The binding alone. */
  @Benchmark
  public int binding() {
    return RecordChecksum.of((int) offset, size, 42, ++offset);
  }
}
