package io.bop.aof.spring.annotation;

import io.bop.aof.AofRecord;
import io.bop.aof.spring.core.AofMessage;
import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.listener.AofDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ClassUtils;

/** Turns records into what a parameter, or an element of a list, asks for. Thread-safe. */
final class RecordPayloads implements MessageConverter {

  private static final Set<Class<?>> OF_ONE_RECORD =
      Set.of(AofRecord.class, AofMessage.class, AofDelivery.class);

  private final AofRecordConverter converter;

  RecordPayloads(AofRecordConverter converter) {
    this.converter = converter;
  }

  @Override
  public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
    return message.getPayload() instanceof AofRecord record ? decode(record, targetClass) : null;
  }

  @Override
  public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
    return null;
  }

  /** Whether a parameter of that type takes one record as it is, or a wrapping of it. */
  static boolean isOfOneRecord(Class<?> type) {
    return OF_ONE_RECORD.contains(type);
  }

  /** The payload as an object of that class. */
  Object decode(AofRecord record, Class<?> type) {
    return converter.decode(record, ClassUtils.resolvePrimitiveIfNecessary(type));
  }

  /** A record in the form that the type asks for. */
  Object as(ResolvableType type, String listenerId, AofDelivery delivery) {
    AofRecord record = delivery.record();
    Class<?> raw = type.resolve(Object.class);
    if (raw == AofRecord.class) {
      return record;
    }
    if (raw == AofDelivery.class) {
      return delivery;
    }
    if (raw == AofMessage.class) {
      return new AofMessage<>(
          delivery.stream(),
          record.offset(),
          record.timestamp(),
          record.key(),
          record.extId(),
          record.headers(),
          decode(record, type.getGeneric(0).resolve(Object.class)));
    }
    if (raw == Message.class) {
      return new GenericMessage<>(
          decode(record, type.getGeneric(0).resolve(Object.class)),
          new DeliveryMessage.Headers(DeliveryMessage.headers(listenerId, delivery)));
    }
    return decode(record, raw);
  }

  /**
   * All of a batch. One record that cannot be converted fails it as a whole: the listener has seen
   * none of them, so that none may count as handled. Delivered one by one, the others reach it.
   */
  List<Object> list(ResolvableType type, String listenerId, List<AofDelivery> deliveries) {
    List<Object> all = new ArrayList<>(deliveries.size());
    for (AofDelivery delivery : deliveries) {
      all.add(as(type, listenerId, delivery));
    }
    return all;
  }
}
