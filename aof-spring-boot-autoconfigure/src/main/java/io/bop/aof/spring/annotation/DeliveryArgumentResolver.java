package io.bop.aof.spring.annotation;

import io.bop.aof.spring.listener.Acknowledgment;
import java.util.List;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Arguments that only we know of. Everything else (payloads, messages, headers) is left to Spring
 * Messaging.
 */
final class DeliveryArgumentResolver implements HandlerMethodArgumentResolver {

  private final String listenerId;
  private final boolean batch;
  private final RecordPayloads payloads;

  DeliveryArgumentResolver(String listenerId, boolean batch, RecordPayloads payloads) {
    this.listenerId = listenerId;
    this.batch = batch;
    this.payloads = payloads;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    Class<?> type = parameter.getParameterType();
    return type == Acknowledgment.class
        || RecordPayloads.isOfOneRecord(type)
        || (batch && isBatch(parameter))
        || isAnything(parameter);
  }

  /** Whether the parameter takes the records of a batch. */
  static boolean isBatch(MethodParameter parameter) {
    return parameter.getParameterType() == List.class
        && (!parameter.hasParameterAnnotations()
            || parameter.hasParameterAnnotation(Payload.class));
  }

  /** A record is an {@code Object} already, so nobody else would convert it. */
  private static boolean isAnything(MethodParameter parameter) {
    return parameter.getParameterType() == Object.class
        && (!parameter.hasParameterAnnotations()
            || parameter.hasParameterAnnotation(Payload.class));
  }

  @Override
  public Object resolveArgument(MethodParameter parameter, Message<?> message) {
    if (!(message instanceof DeliveryMessage delivered)) {
      throw new IllegalStateException("not a delivery: " + message.getClass().getName());
    }
    if (parameter.getParameterType() == Acknowledgment.class) {
      return delivered.acknowledgment();
    }
    ResolvableType type = ResolvableType.forMethodParameter(parameter);
    return batch
        ? payloads.list(type.getGeneric(0), listenerId, delivered.deliveries())
        : payloads.as(type, listenerId, delivered.deliveries().get(0));
  }
}
