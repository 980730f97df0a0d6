package io.bop.aof.objectstore;

import java.util.List;

/**
 * A part of a listing.
 *
 * @param objects in the order of their keys
 * @param more whether there are more behind the last
 */
public record ObjectPage(List<ObjectSummary> objects, boolean more) {

  /** Copies the list. */
  public ObjectPage {
    objects = List.copyOf(objects);
  }
}
