package io.bop.aof.spring.core;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON by Jackson 3. Writes the content type {@code application/json} and, for people, the name of
 * the class; reads into the class that the caller asks for, whatever that header says. {@code
 * Object.class} gives a {@link JsonNode}. Thread-safe.
 */
public final class JacksonAofRecordConverter implements AofRecordConverter {

  static final String JSON = "application/json";

  private final JsonMapper mapper;

  /** Converts as the mapper is configured. */
  public JacksonAofRecordConverter(JsonMapper mapper) {
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  @Override
  public EncodedPayload encode(Object payload) {
    Objects.requireNonNull(payload, "payload must not be null");
    String type = payload.getClass().getName();
    try {
      RecordHeaders headers =
          RecordHeaders.empty()
              .with(AofMessageHeaders.CONTENT_TYPE, JSON)
              .with(AofMessageHeaders.PAYLOAD_TYPE, type);
      return new EncodedPayload(mapper.writeValueAsBytes(payload), headers);
    } catch (JacksonException e) {
      throw new AofConversionException("cannot write as JSON: type=" + type, e);
    }
  }

  @Override
  public <T> T decode(AofRecord record, Class<T> type) {
    byte[] json = record.payloadBytes();
    T value;
    try {
      // A tree is never more than data, even when the mapper was told to trust type names.
      value =
          type == Object.class ? type.cast(mapper.readTree(json)) : mapper.readValue(json, type);
    } catch (JacksonException e) {
      throw failure(record, type, e);
    }
    if (value == null) {
      throw failure(record, type, null);
    }
    return value;
  }

  private static AofConversionException failure(
      AofRecord record, Class<?> type, @Nullable JacksonException cause) {
    String contentType =
        record.headers().lastString(AofMessageHeaders.CONTENT_TYPE).orElse("not given");
    return new AofConversionException(
        "cannot read payload as JSON: offset=%s type=%s contentType=%s reason=%s"
            .formatted(
                record.offset(),
                type.getName(),
                contentType,
                cause == null ? "it is null" : cause.getOriginalMessage()),
        cause);
  }
}
