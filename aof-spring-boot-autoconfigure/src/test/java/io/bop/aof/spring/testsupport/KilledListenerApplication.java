package io.bop.aof.spring.testsupport;

import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.core.AofMessageHeaders;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;

/**
 * Appends to a stream without end and listens to it, until it is killed; with {@code --last} it
 * appends nothing, handles what is left, and ends.
 */
public final class KilledListenerApplication {

  private static final int BATCH = 25;

  /** One in so many records is poison. */
  public static final int POISON_EVERY = 31;

  private KilledListenerApplication() {}

  /** Whether the listener fails at that record, always. */
  public static boolean isPoison(long offset) {
    return offset % POISON_EVERY == 7;
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) {
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .run(arguments);
    if (context.getEnvironment().containsProperty("last")) {
      AofListenerEndpointRegistry registry = context.getBean(AofListenerEndpointRegistry.class);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> registry.snapshots().stream().allMatch(s -> s.lag() == 0));
      context.close();
      return;
    }
    AofTemplate aof = context.getBean(AofTemplate.class);
    long next = context.getBean(AofStore.class).stream("orders").nextOffset();
    while (true) {
      List<String> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        batch.add("order " + (next + i));
      }
      aof.appendAllExpecting("orders", next, batch);
      next += BATCH;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    Projection projection(@Value("${handled}") Path handled) throws IOException {
      return new Projection(handled);
    }
  }

  /** Writes the offset of each record that it has handled into a file. */
  static final class Projection implements AutoCloseable {

    private final FileOutputStream out;

    Projection(Path handled) throws IOException {
      this.out = new FileOutputStream(handled.toFile(), true);
      write("start");
    }

    @AofListener(id = "projection", streams = "orders")
    void on(String order, @Header(AofMessageHeaders.OFFSET) long offset) {
      if (!order.equals("order " + offset)) {
        throw new IllegalStateException("wrong record: offset=" + offset + " payload=" + order);
      }
      if (isPoison(offset)) {
        throw new IllegalArgumentException("poison");
      }
      write(Long.toString(offset));
    }

    private void write(String line) {
      try {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
