package io.bop.aof.objectstore;

/** What became of a create-only put. */
public sealed interface PutResult {

  /**
   * The object is there now, written by this call.
   *
   * @param etag what the store calls this content; may be empty
   */
  record Created(String etag) implements PutResult {}

  /** Something had that key before; nothing was written. */
  record AlreadyExists() implements PutResult {}
}
