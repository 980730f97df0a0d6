package io.bop.aof.recovery;

import java.util.OptionalLong;

/** Lets the fuzz tests at the names of slot files. Stateless. */
public final class SlotNameAccess {

  private SlotNameAccess() {}

  /** The slot's number in the name of its file. */
  public static OptionalLong slotNumber(String name) {
    return SlotFormats.slotNumber(name);
  }
}
