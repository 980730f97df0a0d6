package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners that throw: the store does not mind. */
@Timeout(120)
class ListenerTest {

  @TempDir Path root;

  private static EngineListener listener(InvocationHandler handler) {
    return (EngineListener)
        Proxy.newProxyInstance(
            ListenerTest.class.getClassLoader(), new Class<?>[] {EngineListener.class}, handler);
  }

  private static List<Method> events() {
    return Arrays.stream(EngineListener.class.getDeclaredMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .toList();
  }

  private static Throwable failure(String kind) {
    return switch (kind) {
      case "exception" -> new IllegalStateException("a listener fails");
      case "assertion" -> new AssertionError("a listener fails");
      default -> new NoClassDefFoundError("a/listener/Fails");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "assertion", "linkage"})
  void goesOnWhenEachCallOfTheListenerThrows(String kind) {
    Set<String> told = ConcurrentHashMap.newKeySet();
    EngineListener throwing =
        listener(
            (proxy, method, arguments) -> {
              told.add(method.getName());
              throw failure(kind);
            });
    AofConfig config = config(root).listener(throwing).build();
    try (AofStore store = AofStore.open(config)) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < 3_000; n++) {
        stream.append(memory(payload(0, n, 1_000)));
      }
      stream.flush();
      StressFixture.awaitUploaded(stream);
      AofStream other = store.stream("other");
      other.append(memory(payload(0, 0, 100)));
      other.seal();
      other.truncateBefore(1);
      store.deleteStream("other");
      assertThat(store.snapshot().manifest().failure()).isNull();
      assertThat(store.snapshot().listenerFailures()).isGreaterThanOrEqualTo(told.size());
    }
    assertThat(told)
        .contains("opened", "streamCreated", "segmentOpened", "segmentSealed", "flushed")
        .contains("compressed", "uploaded", "retired")
        .contains("appended", "activated", "tier2Request");
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().listenerFailures()).isZero();
      assertThat(verifyAll(store.stream("s"), 1)).containsExactly(3_000);
    }
  }

  @Test
  void guardsAndPassesOnEveryEvent() throws ReflectiveOperationException {
    List<String> told = new ArrayList<>();
    GuardedListener guarded =
        new GuardedListener(
            listener(
                (proxy, method, arguments) -> {
                  told.add(method.getName() + Arrays.toString(arguments));
                  throw new IllegalStateException("a listener fails");
                }));
    List<String> expected = new ArrayList<>();
    for (Method event : events()) {
      Object[] arguments = arguments(event);
      event.invoke(guarded, arguments);
      expected.add(event.getName() + Arrays.toString(arguments));
      assertThat(told).isEqualTo(expected);
      assertThat(guarded.failures()).isEqualTo(expected.size());
    }
    assertThat(expected).hasSizeGreaterThan(10);
  }

  /* No two are alike where the type has room for that, so that mixed-up ones show. */
  private static @Nullable Object[] arguments(Method event) {
    @Nullable Object[] arguments = new @Nullable Object[event.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> type = event.getParameterTypes()[i];
      if (type == long.class) {
        arguments[i] = 100L + i;
      } else if (type == int.class) {
        arguments[i] = 100 + i;
      } else if (type == boolean.class) {
        arguments[i] = true;
      } else if (type == String.class) {
        arguments[i] = "text" + i;
      } else if (type.isEnum()) {
        Object[] values = type.getEnumConstants();
        arguments[i] = values[Math.min(i, values.length - 1)];
      }
    }
    return arguments;
  }
}
