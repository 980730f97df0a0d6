package io.bop.aof.tier2;

import io.bop.aof.objectstore.ObjectStoreException;

/** A call's deadline came because it waited for a place, and others were served meanwhile. */
final class CrowdedException extends ObjectStoreException {

  private static final long serialVersionUID = 1;

  CrowdedException(ObjectStoreException timeout) {
    super(timeout.reason(), String.valueOf(timeout.getMessage()), timeout);
  }
}
