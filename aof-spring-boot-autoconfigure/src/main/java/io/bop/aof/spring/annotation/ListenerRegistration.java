package io.bop.aof.spring.annotation;

import io.bop.aof.ReadFrom;
import io.bop.aof.spring.core.AofRecordConverter;
import io.bop.aof.spring.listener.AckMode;
import io.bop.aof.spring.listener.Acknowledgment;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpoint;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerOptions;
import io.bop.aof.spring.listener.DeliveryOrder;
import io.bop.aof.spring.listener.StartPosition;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.validation.Validator;

/** Makes an endpoint of an annotated method, and a container of the endpoint. */
final class ListenerRegistration {

  private final ConfigurableListableBeanFactory beans;
  private final ObjectProvider<AofListenerEndpointRegistry> registry;
  private final RecordPayloads payloads;
  private final @Nullable Validator validator;

  ListenerRegistration(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<AofListenerEndpointRegistry> registry,
      AofRecordConverter converter,
      @Nullable Validator validator) {
    this.beans = beans;
    this.registry = registry;
    this.payloads = new RecordPayloads(converter);
    this.validator = validator;
  }

  /**
   * Registers one listener.
   *
   * @throws IllegalStateException naming everything that is wrong with the annotation at once
   */
  void register(Object bean, String beanName, Method method, AofListener annotation) {
    AttributeResolver attributes = new AttributeResolver(beans);
    String id = Objects.requireNonNullElse(attributes.text("id", annotation.id()), "");
    AofListenerEndpoint.Builder endpoint = AofListenerEndpoint.builder(id);
    applyStreams(attributes, annotation, endpoint);
    OptionChanges changes = changes(attributes, annotation);
    endpoint.options(changes::apply);
    endpoint.errorHandler(
        attributes.bean("errorHandler", annotation.errorHandler(), AofListenerErrorHandler.class));
    AofListenerContainerFactory factory = factory(attributes, annotation);
    if (factory != null) {
      AofListenerOptions options = factory.options().with(changes::apply);
      attributes.faults().addAll(options.faults());
      checkParameters(method, annotation.batch(), options.ackMode(), attributes);
    }
    AofListenerMethod target = target(id, bean, method, annotation.batch());
    if (annotation.batch()) {
      endpoint.onBatch(target::onBatch);
    } else {
      endpoint.onRecord(target::onRecord);
    }
    AofListenerEndpoint built = build(attributes, endpoint);
    if (built == null || factory == null || !attributes.faults().isEmpty()) {
      throw new IllegalStateException(
          "@AofListener is not valid: bean=%s method=%s.%s\n    - %s"
              .formatted(
                  beanName,
                  method.getDeclaringClass().getName(),
                  method.getName(),
                  String.join("\n    - ", attributes.faults())));
    }
    registry.getObject().register(built, factory);
  }

  private static @Nullable AofListenerEndpoint build(
      AttributeResolver attributes, AofListenerEndpoint.Builder endpoint) {
    try {
      return endpoint.build();
    } catch (IllegalArgumentException e) {
      attributes.faults().add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static void applyStreams(
      AttributeResolver attributes, AofListener annotation, AofListenerEndpoint.Builder endpoint) {
    List<String> names = attributes.texts("streams", annotation.streams());
    endpoint.streams(names.toArray(String[]::new));
    String pattern = attributes.text("streamPattern", annotation.streamPattern());
    if (pattern != null) {
      try {
        endpoint.streamPattern(Pattern.compile(pattern));
      } catch (PatternSyntaxException e) {
        attributes.fault("streamPattern", pattern, "must be a regular expression");
      }
    }
  }

  private static OptionChanges changes(AttributeResolver attributes, AofListener annotation) {
    ReadFrom startAt = null;
    String text = attributes.text("startAt", annotation.startAt());
    if (text != null) {
      try {
        startAt = StartPosition.parse(text);
      } catch (IllegalArgumentException e) {
        attributes.fault("startAt", text, StartPosition.RULE);
      }
    }
    return new OptionChanges(
        startAt,
        attributes.constant("ackMode", annotation.ackMode(), AckMode.class),
        attributes.constant("order", annotation.order(), DeliveryOrder.class),
        attributes.number("concurrency", annotation.concurrency()),
        attributes.truth("autoStartup", annotation.autoStartup()));
  }

  private @Nullable AofListenerContainerFactory factory(
      AttributeResolver attributes, AofListener annotation) {
    int faults = attributes.faults().size();
    AofListenerContainerFactory named =
        attributes.bean(
            "containerFactory", annotation.containerFactory(), AofListenerContainerFactory.class);
    if (named != null || attributes.faults().size() > faults) {
      return named;
    }
    return attributes.bean(
        "containerFactory",
        AofListenerBeanNames.CONTAINER_FACTORY,
        AofListenerContainerFactory.class);
  }

  private static void checkParameters(
      Method method, boolean batch, AckMode mode, AttributeResolver attributes) {
    boolean acknowledges = Arrays.asList(method.getParameterTypes()).contains(Acknowledgment.class);
    if (acknowledges != (mode == AckMode.MANUAL)) {
      attributes.fault(
          "ackMode",
          mode,
          acknowledges
              ? "must be manual for a parameter of type Acknowledgment"
              : "needs a parameter of type Acknowledgment");
    }
    checkResult(method, attributes);
    if (!batch) {
      return;
    }
    int lists = 0;
    for (int i = 0; i < method.getParameterCount(); i++) {
      MethodParameter parameter = new MethodParameter(method, i);
      Class<?> type = parameter.getParameterType();
      if (DeliveryArgumentResolver.isBatch(parameter)) {
        lists++;
      } else if (RecordPayloads.isOfOneRecord(type) || Message.class.isAssignableFrom(type)) {
        attributes.fault("batch", true, "takes lists: use List<" + type.getSimpleName() + ">");
      }
    }
    if (lists != 1) {
      attributes.fault("batch", true, "needs one parameter of type List");
    }
  }

  /** What is done when something else is done must be something that can be waited for. */
  private static void checkResult(Method method, AttributeResolver attributes) {
    Class<?> type = method.getReturnType();
    boolean isLater =
        Future.class.isAssignableFrom(type)
            || ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
    if (isLater && !CompletionStage.class.isAssignableFrom(type)) {
      attributes.fault(
          "returns", type.getName(), "must be a CompletionStage, or done when the method returns");
    }
  }

  private AofListenerMethod target(String id, Object bean, Method method, boolean batch) {
    DefaultMessageHandlerMethodFactory factory = new DeliveryMethodFactory();
    factory.setBeanFactory(beans);
    factory.setConversionService(conversions());
    factory.setMessageConverter(payloads);
    if (validator != null) {
      factory.setValidator(validator);
    }
    factory.setCustomArgumentResolvers(List.of(new DeliveryArgumentResolver(id, batch, payloads)));
    factory.afterPropertiesSet();
    return new AofListenerMethod(id, factory.createInvocableHandlerMethod(bean, method));
  }

  /** Makes methods of our own, with the arguments that Spring Messaging knows of. */
  private static final class DeliveryMethodFactory extends DefaultMessageHandlerMethodFactory {

    @Override
    public InvocableHandlerMethod createInvocableHandlerMethod(Object bean, Method method) {
      DeliveryMethod made = new DeliveryMethod(bean, method);
      made.setMessageMethodArgumentResolvers(
          new HandlerMethodArgumentResolverComposite().addResolvers(initArgumentResolvers()));
      return made;
    }
  }

  /** Headers are text or bytes, and a parameter may ask for the other. */
  private static DefaultConversionService conversions() {
    DefaultConversionService conversions = new DefaultConversionService();
    conversions.addConverter(
        byte[].class, String.class, bytes -> new String(bytes, StandardCharsets.UTF_8));
    conversions.addConverter(
        String.class, byte[].class, text -> text.getBytes(StandardCharsets.UTF_8));
    return conversions;
  }

  /** What the annotation says of the options; null: nothing. */
  private record OptionChanges(
      @Nullable ReadFrom startAt,
      @Nullable AckMode ackMode,
      @Nullable DeliveryOrder order,
      @Nullable Integer concurrency,
      @Nullable Boolean autoStartup) {

    void apply(AofListenerOptions.Builder options) {
      if (startAt != null) {
        options.startAt(startAt);
      }
      if (ackMode != null) {
        options.ackMode(ackMode);
      }
      if (order != null) {
        options.order(order);
      }
      if (concurrency != null) {
        options.concurrency(concurrency);
      }
      if (autoStartup != null) {
        options.autoStartup(autoStartup);
      }
    }
  }
}
