package io.bop.aof.format;

/**
 * Binds a record's CRC to its place: size, offset and the segment's salt. A record copied from
 * elsewhere, or left over from an earlier use of the file, does not validate.
 */
public final class RecordChecksum {

  /** 2^64 divided by the golden ratio: spreads neighbouring offsets over all bits. */
  private static final long OFFSET_FACTOR = 0x9E3779B97F4A7C15L;

  private RecordChecksum() {}

  /**
   * The checksum as it stands in the record.
   *
   * @param crc CRC32C of the bytes {@code [16, size)}
   * @param size of the record, padding excluded
   */
  public static int of(int crc, int size, long salt, long offset) {
    long x = ((long) size << 32 | (crc & 0xFFFF_FFFFL)) ^ salt ^ (offset * OFFSET_FACTOR);
    return (int) fmix64(x);
  }

  /** The finalizer of MurmurHash3 (Austin Appleby, public domain). */
  private static long fmix64(long value) {
    long x = value;
    x ^= x >>> 33;
    x *= 0xFF51AFD7ED558CCDL;
    x ^= x >>> 33;
    x *= 0xC4CEB9FE1A85EC53L;
    x ^= x >>> 33;
    return x;
  }
}
