package io.bop.aof.testkit.fuzz;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.testkit.SeededRandom;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A decoder that must take any bytes.
 *
 * @param name for messages and to choose it by
 * @param example draws valid bytes
 * @param sign corrects the checksums of damaged bytes, so that what is behind them is reached; may
 *     change its argument
 * @param decoder gives what it found, in a form that can be compared
 * @param sameAs whether what damaged bytes gave, their checksums not corrected, is what the valid
 *     ones say; takes the valid value first
 * @param typed the errors that it may end with
 */
record DecoderTarget(
    String name,
    Function<SeededRandom, byte[]> example,
    UnaryOperator<byte[]> sign,
    Decoder decoder,
    BiPredicate<Object, Object> sameAs,
    Set<Class<? extends Exception>> typed) {

  private static final Set<Class<? extends Exception>> FORMAT_ERRORS =
      Set.of(MalformedException.class, UnsupportedFormatException.class);

  /** What is tested. */
  @FunctionalInterface
  interface Decoder {
    Object decode(byte[] bytes) throws Exception;
  }

  /** One whose checksum guards every byte. */
  static DecoderTarget guarded(
      String name,
      Function<SeededRandom, byte[]> example,
      UnaryOperator<byte[]> sign,
      Decoder decoder) {
    return new DecoderTarget(name, example, sign, decoder, Objects::equals, FORMAT_ERRORS);
  }

  /** One without a checksum of its own. */
  static DecoderTarget unguarded(
      String name, Function<SeededRandom, byte[]> example, Decoder decoder) {
    return new DecoderTarget(
        name, example, UnaryOperator.identity(), decoder, (valid, found) -> true, FORMAT_ERRORS);
  }

  /** With another notion of what damaged bytes may give. */
  DecoderTarget mayGive(BiPredicate<Object, Object> other) {
    return new DecoderTarget(name, example, sign, decoder, other, typed);
  }

  /** With other errors. */
  DecoderTarget mayThrow(Set<Class<? extends Exception>> other) {
    return new DecoderTarget(name, example, sign, decoder, sameAs, other);
  }

  @Override
  public String toString() {
    return name;
  }
}
