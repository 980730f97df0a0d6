package io.bop.aof.testkit.fuzz;

import java.util.Arrays;

/** What a decoder accepts must be sound. Plain, because allocations are counted around it. */
final class Understood {

  private Understood() {}

  /** All the bytes were understood: the value encodes to them again. */
  static void require(byte[] again, byte[] bytes) {
    if (!Arrays.equals(again, bytes)) {
      throw new AssertionError(
          "decoded value does not encode to the same bytes: firstDifference="
              + Arrays.mismatch(again, bytes));
    }
  }

  static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("decoded value is not sound");
    }
  }
}
