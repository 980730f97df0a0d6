package io.bop.aof.format;

/** What a Tier 0 file is used for, as its header says. */
public enum SlotState {
  /** Waits for a segment; holds nothing. */
  SPARE(1),
  /** Holds a segment that was written here. */
  IN_USE(2),
  /** Holds a copy brought back from another tier; may be dropped at any time. */
  HYDRATED(3);

  private final int code;

  SlotState(int code) {
    this.code = code;
  }

  /** Its number in the file; never 0, so that an empty page names no state. */
  public int code() {
    return code;
  }

  /**
   * The state of that number.
   *
   * @throws MalformedException when there is none
   */
  public static SlotState ofCode(int code) {
    return switch (code) {
      case 1 -> SPARE;
      case 2 -> IN_USE;
      case 3 -> HYDRATED;
      default ->
          throw new MalformedException(
              SegmentHeaderLayout.STATE_AT, "unknown slot state: state=" + code);
    };
  }
}
