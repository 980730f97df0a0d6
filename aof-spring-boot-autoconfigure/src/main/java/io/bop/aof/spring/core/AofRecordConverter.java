package io.bop.aof.spring.core;

import io.bop.aof.AofRecord;

/**
 * Turns objects into payloads and back. A bean of this type replaces the default, {@link
 * DefaultAofRecordConverter}. Implementations are safe for use by many threads.
 */
public interface AofRecordConverter {

  /**
   * The payload and headers of an object.
   *
   * @throws AofConversionException when this converter cannot express the object
   */
  EncodedPayload encode(Object payload);

  /**
   * The payload of a record as {@code type}. Only {@code type}, which the caller names, decides
   * what is made; no class may be loaded because a header or the payload names it.
   *
   * @param record valid during the call only; the result must not refer to it
   * @throws AofConversionException when the payload cannot be read as {@code type}
   */
  <T> T decode(AofRecord record, Class<T> type);
}
