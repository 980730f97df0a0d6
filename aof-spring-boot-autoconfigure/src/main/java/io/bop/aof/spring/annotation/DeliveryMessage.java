package io.bop.aof.spring.annotation;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import io.bop.aof.spring.core.AofMessageHeaders;
import io.bop.aof.spring.listener.Acknowledgment;
import io.bop.aof.spring.listener.AofDelivery;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * A delivery in the form that arguments are resolved from. Its payload is the record, which a
 * converter turns into what a parameter asks for.
 */
final class DeliveryMessage implements Message<Object> {

  private final List<AofDelivery> deliveries;
  private final Acknowledgment acknowledgment;
  private final Object payload;
  private final MessageHeaders headers;

  private DeliveryMessage(
      List<AofDelivery> deliveries,
      Acknowledgment acknowledgment,
      Object payload,
      Map<String, Object> headers) {
    this.deliveries = deliveries;
    this.acknowledgment = acknowledgment;
    this.payload = payload;
    this.headers = new Headers(headers);
  }

  /** One record. */
  static DeliveryMessage ofRecord(
      String listenerId, AofDelivery delivery, Acknowledgment acknowledgment) {
    return new DeliveryMessage(
        List.of(delivery), acknowledgment, delivery.record(), headers(listenerId, delivery));
  }

  /** Several records of one stream; only what they have in common is a header. */
  static DeliveryMessage ofBatch(
      String listenerId, List<AofDelivery> deliveries, Acknowledgment acknowledgment) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(AofMessageHeaders.LISTENER_ID, listenerId);
    headers.put(AofMessageHeaders.STREAM, deliveries.get(0).stream());
    return new DeliveryMessage(deliveries, acknowledgment, deliveries, headers);
  }

  /** The headers of a record's message: those of the record, and what else is known of it. */
  static Map<String, Object> headers(String listenerId, AofDelivery delivery) {
    AofRecord record = delivery.record();
    Map<String, Object> headers = new HashMap<>();
    for (RecordHeaders.Header header : record.headers()) {
      headers.put(header.name(), textOrBytes(header.value()));
    }
    headers.put(AofMessageHeaders.LISTENER_ID, listenerId);
    headers.put(AofMessageHeaders.STREAM, delivery.stream());
    headers.put(AofMessageHeaders.OFFSET, record.offset());
    headers.put(AofMessageHeaders.TIMESTAMP, record.timestamp());
    record.key().ifPresent(key -> headers.put(AofMessageHeaders.KEY, textOrBytes(key)));
    record.extId().ifPresent(extId -> headers.put(AofMessageHeaders.EXT_ID, extId));
    return headers;
  }

  private static Object textOrBytes(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return bytes;
    }
  }

  List<AofDelivery> deliveries() {
    return deliveries;
  }

  Acknowledgment acknowledgment() {
    return acknowledgment;
  }

  @Override
  public Object getPayload() {
    return payload;
  }

  @Override
  public MessageHeaders getHeaders() {
    return headers;
  }

  /** Without the random id and the time that every message gets otherwise. */
  static final class Headers extends MessageHeaders {

    private static final long serialVersionUID = 1L;

    Headers(Map<String, Object> headers) {
      super(headers, ID_VALUE_NONE, -1L);
    }
  }
}
