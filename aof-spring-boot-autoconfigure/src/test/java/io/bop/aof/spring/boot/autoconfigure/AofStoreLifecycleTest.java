package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class AofStoreLifecycleTest {

  private final InMemoryStore store = new InMemoryStore();
  private final AofStoreLifecycle lifecycle = new AofStoreLifecycle(store, "./data/aof");

  @Test
  void closesTheStoreAfterBeansOfHigherPhases(CapturedOutput output) {
    List<String> order = new ArrayList<>();
    GenericApplicationContext context = new GenericApplicationContext();
    context.registerBean(AofStoreLifecycle.class, () -> lifecycle);
    context.registerBean(Listener.class, () -> new Listener(store, order));
    context.refresh();
    assertThat(lifecycle.isRunning()).isTrue();

    context.close();

    assertThat(order).containsExactly("listener stopped, store closed: false");
    assertThat(store.isClosed()).isTrue();
    assertThat(lifecycle.isRunning()).isFalse();
    assertThat(output)
        .contains("closing AOF store: root=./data/aof")
        .contains("closed AOF store: root=./data/aof took=");
  }

  @Test
  void cannotStartAgainOnceTheStoreIsClosed() {
    lifecycle.start();
    lifecycle.stop();

    assertThatIllegalStateException()
        .isThrownBy(lifecycle::start)
        .withMessageContaining("root=./data/aof");
  }

  @Test
  void endsTheShutdownEvenIfClosingFails(CapturedOutput output) throws InterruptedException {
    AofStore broken = mock(AofStore.class);
    doThrow(new AofException("disk gone")).when(broken).close();
    CountDownLatch called = new CountDownLatch(1);

    new AofStoreLifecycle(broken, "./data/aof").stop(called::countDown);

    assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("did not close cleanly").contains("disk gone");
  }

  @Test
  void isNotClosedWhenAContextIsPaused() {
    assertThat(lifecycle.isPauseable()).isFalse();
  }

  private static final class Listener implements SmartLifecycle {

    private final InMemoryStore store;
    private final List<String> order;
    private boolean running;

    Listener(InMemoryStore store, List<String> order) {
      this.store = store;
      this.order = order;
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop() {
      running = false;
      order.add("listener stopped, store closed: " + store.isClosed());
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return Integer.MAX_VALUE - 100;
    }
  }
}
