package io.bop.aof.testkit.damage;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where a segment lies in a template.
 *
 * @param copies the files that the manifest counts on
 * @param durableOffset first offset that its durable position does not prove; that of its end when
 *     it is sealed
 */
record SegmentPlace(
    String stream, long baseOffset, long nextOffset, long durableOffset, Set<Path> copies) {

  /** Whether the records can be had when the file is damaged. */
  boolean survives(Path damaged) {
    return !copies.contains(damaged) || copies.size() > 1;
  }

  boolean contains(String otherStream, long offset) {
    return stream.equals(otherStream) && offset >= baseOffset && offset < nextOffset;
  }
}
