package io.bop.aof.testkit.damage;

/** How a damaged store behaved; worst last. */
enum Verdict {
  /** Everything is there. */
  EQUAL("all there"),
  /** Records that nothing proves were cut off as a torn tail. */
  CUT("torn tail cut"),
  /** Records that only the damaged file held end in a typed error. */
  RANGE("error for the range"),
  /** The store does not open, with a typed error. */
  REFUSED("open refused");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** For tables. */
  String text() {
    return text;
  }

  Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
