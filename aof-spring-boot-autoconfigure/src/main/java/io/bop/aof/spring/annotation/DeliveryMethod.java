package io.bop.aof.spring.annotation;

import io.bop.aof.spring.core.AofConversionException;
import io.bop.aof.spring.core.AofMessageHeaders;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/**
 * A method that is called with arguments made of a delivery. What a record lacks for an argument is
 * told from what the method throws: the one is the same at every try, the other need not be.
 */
final class DeliveryMethod extends InvocableHandlerMethod {

  DeliveryMethod(Object bean, Method method) {
    super(bean, method);
  }

  @Override
  protected @Nullable Object[] getMethodArgumentValues(
      Message<?> message, @Nullable Object... providedArgs) throws Exception {
    try {
      return super.getMethodArgumentValues(message, providedArgs);
    } catch (MessagingException | ConversionException e) {
      throw notAnArgument(message, e);
    }
  }

  private AofConversionException notAnArgument(Message<?> message, Exception cause) {
    return new AofConversionException(
        "record cannot be made an argument: listener="
            + message.getHeaders().get(AofMessageHeaders.LISTENER_ID)
            + " method="
            + getShortLogMessage()
            + " headers="
            + message.getHeaders().keySet()
            + " reason="
            + cause.getMessage(),
        cause);
  }
}
