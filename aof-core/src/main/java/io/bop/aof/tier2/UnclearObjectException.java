package io.bop.aof.tier2;

import io.bop.aof.objectstore.ObjectStoreException;

/**
 * What has the key of a put cannot be told: it does not match its own checksum, or it is there and
 * is not. Damage on the way here passes, damage at rest stays. The reason is {@link
 * ObjectStoreException.Reason#TRANSIENT}.
 */
public final class UnclearObjectException extends ObjectStoreException {

  private static final long serialVersionUID = 1;

  UnclearObjectException(String message) {
    super(Reason.TRANSIENT, message, null);
  }
}
