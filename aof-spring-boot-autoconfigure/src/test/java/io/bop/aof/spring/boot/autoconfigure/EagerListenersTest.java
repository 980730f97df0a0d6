package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Nobody asks for a bean that only listens. */
@Timeout(60)
class EagerListenersTest {

  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  static class Once {

    @AofListener(id = "once", streams = "orders")
    void on(String payload) {
      CALLS.add("once " + payload);
    }
  }

  static class Twice {

    @AofListener(id = "first", streams = "orders")
    @AofListener(id = "second", streams = "orders")
    void on(String payload) {
      CALLS.add("twice " + payload);
    }
  }

  static class Other {}

  @Test
  void listenThoughAllOtherBeansAreLazy() {
    CALLS.clear();
    InMemoryStore store = new InMemoryStore();
    store.inMemory("orders").append("a".getBytes(StandardCharsets.UTF_8));
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                AofAutoConfiguration.class, AofAnnotationDrivenAutoConfiguration.class))
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new LazyInitializationBeanFactoryPostProcessor()))
        .withBean(AofStore.class, () -> store)
        .withBean(Once.class)
        .withBean(Twice.class)
        .withBean("other", Other.class)
        .run(
            context -> {
              await().until(() -> CALLS.size() == 3);
              assertThat(CALLS).containsExactlyInAnyOrder("once a", "twice a", "twice a");
              assertThat(context.getBeanFactory().containsSingleton("other")).isFalse();
            });
  }
}
