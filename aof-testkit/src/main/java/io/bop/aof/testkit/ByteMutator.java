package io.bop.aof.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Damages encoded bytes in the ways that storage, bugs and attackers do: flipped bits, lengths at
 * the borders of their type, cut, grown, zeroed, moved and spliced parts. Confined to the thread of
 * its random numbers.
 */
public final class ByteMutator {

  private static final int MOST_CHANGES = 4;
  private static final int FRONT = 160;

  private final SeededRandom random;

  /** With the source of its choices. */
  public ByteMutator(SeededRandom random) {
    this.random = random;
  }

  /**
   * A damaged copy, seldom an undamaged one. It is at most twice as long as the longer of the two.
   *
   * @param valid what is damaged; stays as it is
   * @param other bytes of the same kind, of which parts may be taken; stays as it is
   */
  public byte[] mutate(byte[] valid, byte[] other) {
    if (random.oneIn(20)) {
      return random.bytes(random.length(2 * Math.max(valid.length, other.length)));
    }
    byte[] bytes = valid.clone();
    for (int i = random.between(0, MOST_CHANGES); i > 0 && bytes.length > 0; i--) {
      bytes = change(bytes, other);
    }
    return bytes;
  }

  /**
   * A copy that is damaged as storage does it: flipped bits, other bytes, zeroed ranges, a lost
   * end; nothing is moved. Seldom an undamaged one.
   */
  public byte[] damage(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int i = random.between(1, MOST_CHANGES); i > 0 && bytes.length > 0; i--) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> bytes[place(bytes)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        case 3 -> bytes[place(bytes)] = (byte) random.nextLong();
        case 4 -> zero(bytes);
        default -> bytes = Arrays.copyOf(bytes, random.length(bytes.length));
      }
    }
    return bytes;
  }

  private byte[] change(byte[] bytes, byte[] other) {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> bytes[place(bytes)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 3 -> bytes[place(bytes)] = (byte) random.nextLong();
      case 4, 5, 6 -> number(bytes);
      case 7 -> {
        return Arrays.copyOf(bytes, random.length(bytes.length));
      }
      case 8 -> {
        return Arrays.copyOf(bytes, bytes.length + random.between(1, 64));
      }
      case 9 -> zero(bytes);
      case 10 -> move(bytes);
      default -> {
        return splice(bytes, other);
      }
    }
    return bytes;
  }

  /* The fields that matter most stand at the front or at the end. */
  private int place(byte[] bytes) {
    int near = random.nextInt(Math.min(bytes.length, FRONT));
    return switch (random.nextInt(3)) {
      case 0 -> near;
      case 1 -> bytes.length - 1 - near;
      default -> random.nextInt(bytes.length);
    };
  }

  /* A number somewhere, of two, four or eight bytes: near what it was, or at a border. */
  private void number(byte[] bytes) {
    int size = 1 << random.between(1, 3);
    if (bytes.length < size) {
      return;
    }
    int at = Math.min(place(bytes), bytes.length - size);
    at = random.oneIn(4) ? at : at & -size;
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long old =
        switch (size) {
          case Short.BYTES -> buffer.getShort(at);
          case Integer.BYTES -> buffer.getInt(at);
          default -> buffer.getLong(at);
        };
    long value =
        switch (random.nextInt(4)) {
          case 0 -> old + random.between(-8, 8);
          case 1 -> bytes.length - at + random.between(-8, 8);
          case 2 -> old << random.between(1, 8 * size - 1);
          default -> random.anyLong();
        };
    switch (size) {
      case Short.BYTES -> buffer.putShort(at, (short) value);
      case Integer.BYTES -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  private void zero(byte[] bytes) {
    int from = place(bytes);
    Arrays.fill(bytes, from, from + random.length(bytes.length - from), (byte) 0);
  }

  private void move(byte[] bytes) {
    int length = random.length(bytes.length);
    int from = random.between(0, bytes.length - length);
    int to = random.between(0, bytes.length - length);
    System.arraycopy(bytes, from, bytes, to, length);
  }

  private byte[] splice(byte[] bytes, byte[] other) {
    int head = random.between(0, bytes.length);
    int from = random.oneIn(2) ? Math.min(head, other.length) : random.between(0, other.length);
    int length = random.between(0, Math.min(other.length - from, 2 * bytes.length - head));
    byte[] spliced =
        Arrays.copyOf(bytes, Math.max(head + length, random.oneIn(2) ? 0 : bytes.length));
    System.arraycopy(other, from, spliced, head, length);
    return spliced;
  }
}
