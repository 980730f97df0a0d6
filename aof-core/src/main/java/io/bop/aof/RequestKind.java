package io.bop.aof;

/** Kinds of requests to an object store, as its bill tells them apart. */
public enum RequestKind {
  /** Creates an object. */
  PUT,
  /** Reads an object or a range of one. */
  GET,
  /** Asks about an object or its bucket. */
  HEAD,
  /** Lists a page of keys. */
  LIST,
  /** Removes an object. */
  DELETE
}
