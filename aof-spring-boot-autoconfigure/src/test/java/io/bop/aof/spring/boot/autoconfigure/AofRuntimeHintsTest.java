package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdCompressCtx;
import io.bop.aof.spi.AofEngine;
import io.bop.aof.store.Engine;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.ImportRuntimeHints;

class AofRuntimeHintsTest {

  private final RuntimeHints hints = new RuntimeHints();

  AofRuntimeHintsTest() {
    new AofRuntimeHints().registerHints(hints, getClass().getClassLoader());
  }

  @Test
  void nameTheEngine() {
    List<Class<?>> engines =
        ServiceLoader.load(AofEngine.class).stream()
            .<Class<?>>map(ServiceLoader.Provider::type)
            .toList();
    assertThat(engines).containsExactly(Engine.class);
    assertThat(
            RuntimeHintsPredicates.resource()
                .forResource("META-INF/services/" + AofEngine.class.getName()))
        .accepts(hints);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(Engine.class)
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
        .accepts(hints);
  }

  @Test
  void bringTheNativePartOfZstandard() {
    String library = "linux/amd64/libzstd-jni-1.5.7-6.so";
    assertThat(RuntimeHintsPredicates.resource().forResource(library)).accepts(hints);
    assertThat(hints.jni().getTypeHint(ZstdCompressCtx.class)).isNotNull();
  }

  @Test
  void areImported() {
    assertThat(AofAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
        .containsExactly(AofRuntimeHints.class);
  }
}
