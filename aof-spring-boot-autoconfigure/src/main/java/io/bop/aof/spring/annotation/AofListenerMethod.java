package io.bop.aof.spring.annotation;

import io.bop.aof.spring.listener.Acknowledgment;
import io.bop.aof.spring.listener.AofBatchListenerFailedException;
import io.bop.aof.spring.listener.AofDelivery;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/** Calls a method of a bean with a delivery. */
final class AofListenerMethod {

  private final String listenerId;
  private final InvocableHandlerMethod method;

  AofListenerMethod(String listenerId, InvocableHandlerMethod method) {
    this.listenerId = listenerId;
    this.method = method;
  }

  void onRecord(AofDelivery delivery, Acknowledgment acknowledgment) throws Exception {
    invoke(DeliveryMessage.ofRecord(listenerId, delivery, acknowledgment));
  }

  void onBatch(List<AofDelivery> deliveries, Acknowledgment acknowledgment) throws Exception {
    invoke(DeliveryMessage.ofBatch(listenerId, deliveries, acknowledgment));
  }

  private void invoke(DeliveryMessage message) throws Exception {
    Object result = method.invoke(message);
    if (result instanceof CompletionStage<?> stage) {
      await(stage);
    }
  }

  private static void await(CompletionStage<?> stage) throws Exception {
    try {
      stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AofBatchListenerFailedException at) {
        throw at;
      }
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
