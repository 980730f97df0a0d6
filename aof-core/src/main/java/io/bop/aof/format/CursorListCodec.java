package io.bop.aof.format;

import java.util.ArrayList;
import java.util.List;

/**
 * All cursors of a store, as a snapshot of the ledger carries them under {@link #EXTRA};
 * little-endian: a {@code u32} count, then for each {@code consumer} ({@code u16} length, UTF-8),
 * {@code streamId}, {@code epoch}, {@code offset}, {@code savedAt} ({@code u64} each). The
 * snapshot's own checksum covers it.
 */
public final class CursorListCodec {

  /** The number of the snapshot's extra bytes. */
  public static final int EXTRA = 1;

  private static final int MIN_SIZE = Short.BYTES + 4 * Long.BYTES;

  private CursorListCodec() {}

  /** The bytes. */
  public static byte[] encode(List<CursorEntry> cursors) {
    BytesWriter out = new BytesWriter(4 + cursors.size() * 64);
    out.u32(cursors.size());
    cursors.forEach(cursor -> cursor.write(out));
    return out.toBytes();
  }

  /**
   * Reads them back.
   *
   * @throws MalformedException when they make no sense
   */
  public static List<CursorEntry> decode(byte[] bytes) {
    BytesReader in = new BytesReader(bytes, 0, bytes.length);
    int count = in.count(MIN_SIZE);
    List<CursorEntry> cursors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      cursors.add(CursorEntry.read(in));
    }
    in.end();
    return cursors;
  }
}
