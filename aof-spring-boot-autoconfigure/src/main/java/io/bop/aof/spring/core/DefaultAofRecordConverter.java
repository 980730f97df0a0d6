package io.bop.aof.spring.core;

import io.bop.aof.AofRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and text by itself, everything else through another converter, if there is one.
 *
 * <table>
 *   <caption>How objects are written and read</caption>
 *   <tr><th>class</th><th>content type</th></tr>
 *   <tr><td>{@code byte[]}, {@link ByteBuffer}</td><td>{@code application/octet-stream}</td></tr>
 *   <tr><td>{@link String}</td><td>{@code text/plain;charset=UTF-8}</td></tr>
 *   <tr><td>any other</td><td>what the other converter says</td></tr>
 * </table>
 *
 * <p>Every payload can be read as {@code byte[]}, {@link ByteBuffer} and, if it is UTF-8, {@link
 * String}, however it was written. {@code Object.class} follows the content type: text is a {@link
 * String}, bytes and payloads without a content type are a {@code byte[]}, the rest is left to the
 * other converter. Thread-safe.
 */
public final class DefaultAofRecordConverter implements AofRecordConverter {

  static final String OCTET_STREAM = "application/octet-stream";
  static final String TEXT = "text/plain;charset=UTF-8";

  private final @Nullable AofRecordConverter objects;

  /** For bytes and text only. */
  public DefaultAofRecordConverter() {
    this(null);
  }

  /**
   * For bytes, text and whatever {@code objects} can convert.
   *
   * @param objects null: other classes are refused with the advice to add Jackson
   */
  public DefaultAofRecordConverter(@Nullable AofRecordConverter objects) {
    this.objects = objects;
  }

  @Override
  public EncodedPayload encode(Object payload) {
    Objects.requireNonNull(payload, "payload must not be null");
    if (payload instanceof byte[] bytes) {
      return EncodedPayload.of(bytes, OCTET_STREAM);
    }
    if (payload instanceof ByteBuffer buffer) {
      return EncodedPayload.of(copyOf(buffer), OCTET_STREAM);
    }
    if (payload instanceof String text) {
      return EncodedPayload.of(text.getBytes(StandardCharsets.UTF_8), TEXT);
    }
    return others("append", payload.getClass()).encode(payload);
  }

  @Override
  public <T> T decode(AofRecord record, Class<T> type) {
    if (type == byte[].class) {
      return type.cast(record.payloadBytes());
    }
    if (type == ByteBuffer.class) {
      return type.cast(ByteBuffer.wrap(record.payloadBytes()).asReadOnlyBuffer());
    }
    if (type == String.class || type == CharSequence.class) {
      return type.cast(text(record));
    }
    if (type == Object.class) {
      return type.cast(byContentType(record));
    }
    return others("read", type).decode(record, type);
  }

  private Object byContentType(AofRecord record) {
    String contentType =
        record.headers().lastString(AofMessageHeaders.CONTENT_TYPE).orElse(OCTET_STREAM);
    if (contentType.startsWith("text/")) {
      return text(record);
    }
    if (contentType.equals(OCTET_STREAM)) {
      return record.payloadBytes();
    }
    return others("read", Object.class).decode(record, Object.class);
  }

  /** Refuses what is not UTF-8 rather than replacing it by question marks. */
  private static String text(AofRecord record) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(record.payload()).toString();
    } catch (CharacterCodingException e) {
      throw new AofConversionException(
          "payload is not text in UTF-8: offset=" + record.offset(), e);
    }
  }

  private AofRecordConverter others(String verb, Class<?> type) {
    if (objects == null) {
      throw new AofConversionException(
          "cannot %s objects without JSON: type=%s action=add org.springframework.boot:%s"
                  .formatted(verb, type.getName(), "spring-boot-starter-jackson")
              + ", or define an AofRecordConverter bean");
    }
    return objects;
  }

  private static byte[] copyOf(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }
}
