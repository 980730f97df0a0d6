package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.EngineListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeEngineListenerTest {

  private final List<String> heard = new ArrayList<>();

  private EngineListener failing(Throwable failure) {
    return new EngineListener() {
      @Override
      public void streamCreated(String stream) {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
    };
  }

  /** The engine counts them, see {@code aof.events.failures}, and keeps them from filling a log. */
  @Test
  void tellsTheOthersAndThenTheEngineOfWhatOneThrows() {
    IllegalStateException first = new IllegalStateException("first");
    NoClassDefFoundError second = new NoClassDefFoundError("second");
    EngineListener all =
        CompositeEngineListener.of(
            List.of(
                failing(first),
                failing(second),
                new EngineListener() {
                  @Override
                  public void streamCreated(String stream) {
                    heard.add(stream);
                  }
                }));

    assertThatThrownBy(() -> all.streamCreated("orders"))
        .isSameAs(first)
        .hasSuppressedException(second);
    assertThat(heard).containsExactly("orders");
  }
}
