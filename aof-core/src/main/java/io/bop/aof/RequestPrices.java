package io.bop.aof;

/**
 * What requests cost, in US dollars for a thousand of them. Storage and traffic are not in it.
 * Immutable.
 *
 * @param put for a thousand {@link RequestKind#PUT}, 0 to 1,000 as each of them
 * @param get for a thousand {@link RequestKind#GET}
 * @param head for a thousand {@link RequestKind#HEAD}
 * @param list for a thousand {@link RequestKind#LIST}
 * @param delete for a thousand {@link RequestKind#DELETE}
 */
public record RequestPrices(double put, double get, double head, double list, double delete) {

  private static final RequestPrices S3_STANDARD =
      new RequestPrices(0.005, 0.0004, 0.0004, 0.005, 0);

  private static final double THOUSAND = 1_000;

  /** List prices of Amazon S3 for storage class Standard in us-east-1; the default. */
  public static RequestPrices s3Standard() {
    return S3_STANDARD;
  }

  /** The price of a thousand requests of that kind. */
  public double of(RequestKind kind) {
    return switch (kind) {
      case PUT -> put;
      case GET -> get;
      case HEAD -> head;
      case LIST -> list;
      case DELETE -> delete;
    };
  }

  /** What so many requests of that kind cost, in US dollars. */
  public double dollars(RequestKind kind, long count) {
    return count * of(kind) / THOUSAND;
  }
}
