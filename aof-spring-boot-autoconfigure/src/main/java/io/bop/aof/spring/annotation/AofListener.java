package io.bop.aof.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Makes a method of a bean the listener of one or more streams: it is called with every durable
 * record, at least once and in order, from the place where it was when the application last
 * stopped.
 *
 * <pre>{@code
 * @AofListener(id = "projection", streams = "orders")
 * void on(Order order, @Header(AofMessageHeaders.OFFSET) long offset) { … }
 * }</pre>
 *
 * <p>Parameters may be, in any order:
 *
 * <ul>
 *   <li>the payload, converted by the {@link io.bop.aof.spring.core.AofRecordConverter}: a
 *       parameter without an annotation or with {@code @Payload}, checked if it is
 *       {@code @Validated};
 *   <li>an {@link io.bop.aof.AofRecord}, an {@link io.bop.aof.spring.core.AofMessage} or a {@link
 *       org.springframework.messaging.Message} with the payload converted to its type argument;
 *   <li>{@code @Header} with a name of {@link io.bop.aof.spring.core.AofMessageHeaders} or of a
 *       header of the record, and {@code @Headers};
 *   <li>an {@link io.bop.aof.spring.listener.Acknowledgment}, with the mode {@code manual};
 *   <li>in {@link #batch} mode, instead of the first two, one {@code List} of any of these.
 * </ul>
 *
 * <p>The record counts as handled when the method returns, or when the {@link
 * java.util.concurrent.CompletionStage} that it returns is complete, which the container waits for;
 * other futures and publishers are refused. What it throws goes to the error handler.
 *
 * <p>Attributes of type {@code String} may hold placeholders ({@code ${…}}) and expressions ({@code
 * #{…}}); empty ones stand for the property of the same name below {@code aof.listener}.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(AofListeners.class)
@MessageMapping
public @interface AofListener {

  /**
   * Names the listener, and its saved places in the streams: keep it when the method is renamed or
   * moved. {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}, different from all others of the store.
   */
  String id();

  /**
   * Names of streams, which need not exist yet. An element may hold several, separated by commas,
   * and an expression may give an array or a collection.
   */
  String[] streams() default {};

  /**
   * A regular expression; streams whose whole name matches it are listened to, also those that are
   * created later. Dead-letter streams never match.
   */
  String streamPattern() default "";

  /**
   * Where to begin in a stream without a saved place: {@code earliest}, {@code latest}, {@code
   * offset:<number>} or {@code timestamp:<ISO 8601 instant>}. A stream that appears later is read
   * from its beginning.
   */
  String startAt() default "";

  /** Most calls at the same time, see {@link #order}. */
  String concurrency() default "";

  /**
   * Which records wait for each other: {@code stream}, all of a stream; or {@code key}, those of a
   * stream with the same key.
   */
  String order() default "";

  /** Whether the method takes lists of records. */
  boolean batch() default false;

  /** When places are saved: {@code record}, {@code batch} or {@code manual}. */
  String ackMode() default "";

  /** Whether the listener starts with the application. */
  String autoStartup() default "";

  /** Name of a bean of type {@link io.bop.aof.spring.listener.AofListenerErrorHandler}. */
  String errorHandler() default "";

  /** Name of a bean of type {@link io.bop.aof.spring.listener.AofListenerContainerFactory}. */
  String containerFactory() default "";
}
