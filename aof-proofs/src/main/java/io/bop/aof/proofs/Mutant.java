package io.bop.aof.proofs;

import java.util.List;

/**
 * The engine with one thing broken in a way that a hurried change could.
 *
 * @param name what is broken
 * @param file source file below the source folder
 * @param changes what is replaced by what; each text stands in the file exactly once
 * @param proofs which must fail, a regular expression on their names
 * @param order whether only the order of memory accesses is weakened, which this processor or
 *     compiler may keep all the same; then nothing is demanded of the proofs
 */
record Mutant(String name, String file, List<Change> changes, String proofs, boolean order) {

  /** A text and what takes its place. */
  record Change(String from, String to) {}

  /** The source with the changes made. */
  String apply(String source) {
    String changed = source;
    for (Change change : changes) {
      int at = changed.indexOf(change.from());
      if (at < 0 || changed.indexOf(change.from(), at + 1) >= 0) {
        throw new IllegalStateException(
            "mutant does not fit the source any more: mutant=" + name + " file=" + file);
      }
      changed =
          changed.substring(0, at) + change.to() + changed.substring(at + change.from().length());
    }
    return changed;
  }
}
