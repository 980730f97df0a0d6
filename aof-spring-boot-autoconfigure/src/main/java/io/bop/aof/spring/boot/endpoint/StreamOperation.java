package io.bop.aof.spring.boot.endpoint;

/** What can be asked of a stream. */
enum StreamOperation {
  /** Makes everything durable. */
  FLUSH,
  /** Closes the active segment. */
  SEAL,
  /** Retires segments below an offset. */
  TRUNCATE,
  /** Brings segments nearer, in the background. */
  PREFETCH,
  /** Brings segments nearer and waits for them. */
  HYDRATE,
  /** Reads all copies and says which are damaged. */
  VERIFY
}
