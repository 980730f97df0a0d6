package io.bop.aof.read;

import io.bop.aof.Tier;

/**
 * A run of records in a buffer of the reader's own. Confined to the reader.
 *
 * <p>Sources fill it; it remembers where the bytes came from, for messages.
 */
final class Run {

  static final int SIZE = 256 * 1024;

  private byte[] own = new byte[0];
  private byte[] bytes = own;
  private int length;
  private long firstOffset;
  private long salt;
  private long segmentId;
  private long position;
  private Tier tier = Tier.TIER0;

  /** The reader's own buffer, made larger if need be; what it held is gone. */
  byte[] buffer(int size) {
    if (own.length < size) {
      own = new byte[Math.max(size, Math.min(own.length * 2, SIZE))];
    }
    bytes = own;
    length = 0;
    return own;
  }

  /** Takes a buffer that was filled elsewhere, and gives the own one for it. */
  byte[] exchange(byte[] filled) {
    byte[] given = own;
    own = filled;
    bytes = filled;
    return given;
  }

  /** Reads from an array that others read too; nobody changes it. */
  void share(byte[] shared) {
    bytes = shared;
  }

  /** The bytes of the run. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Says what was filled in.
   *
   * @param recordsLength bytes of whole records, from index 0
   * @param offset of the first record
   * @param segmentSalt under which they validate
   * @param segment its id
   * @param at position of the first record in the segment's file
   * @param from the tier they came from
   */
  void set(int recordsLength, long offset, long segmentSalt, long segment, long at, Tier from) {
    length = recordsLength;
    firstOffset = offset;
    salt = segmentSalt;
    segmentId = segment;
    position = at;
    tier = from;
  }

  /** What is in it counts no more, and is from nowhere. */
  void forget() {
    length = 0;
    segmentId = -1;
  }

  int length() {
    return length;
  }

  long firstOffset() {
    return firstOffset;
  }

  long salt() {
    return salt;
  }

  long segmentId() {
    return segmentId;
  }

  long position() {
    return position;
  }

  Tier tier() {
    return tier;
  }
}
