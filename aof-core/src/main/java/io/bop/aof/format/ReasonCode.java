package io.bop.aof.format;

/** Why something failed, as the manifest keeps it. */
public final class ReasonCode {
  /** Expected to pass when tried again. */
  public static final int TRANSIENT = 0;

  /** Bytes do not match their checksum. */
  public static final int CORRUPT = 1;

  /** Authentication or authorisation. */
  public static final int ACCESS = 2;

  /** Bucket or network unavailable. */
  public static final int UNAVAILABLE = 3;

  /** The object is not there. */
  public static final int OBJECT_MISSING = 4;

  /** The disk is full. */
  public static final int NO_SPACE = 5;

  /** A deadline passed. */
  public static final int TIMEOUT = 6;

  /** The store was closing. */
  public static final int CANCELLED = 7;

  private ReasonCode() {}

  /** A word for people; unknown codes are shown as numbers. */
  public static String nameOf(int code) {
    return switch (code) {
      case TRANSIENT -> "transient";
      case CORRUPT -> "corrupt";
      case ACCESS -> "access";
      case UNAVAILABLE -> "unavailable";
      case OBJECT_MISSING -> "object-missing";
      case NO_SPACE -> "no-space";
      case TIMEOUT -> "timeout";
      case CANCELLED -> "cancelled";
      default -> Integer.toString(code);
    };
  }
}
