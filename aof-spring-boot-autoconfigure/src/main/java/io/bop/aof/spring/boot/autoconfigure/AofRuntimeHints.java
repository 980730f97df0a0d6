package io.bop.aof.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What a native image does not see by itself: the engine, which is found by name, and the native
 * part of Zstandard, which is unpacked from its jar.
 */
final class AofRuntimeHints implements RuntimeHintsRegistrar {

  private static final String SERVICE = "META-INF/services/io.bop.aof.spi.AofEngine";
  private static final String ENGINE = "io.bop.aof.store.Engine";
  private static final String ZSTD = "com.github.luben.zstd.";

  /** Classes whose native methods the store calls, and which native code looks into. */
  private static final String[] ZSTD_TYPES = {
    "Zstd", "ZstdCompressCtx", "ZstdDecompressCtx", "ZstdDictCompress", "ZstdDictDecompress"
  };

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    hints.resources().registerPattern(SERVICE);
    hints
        .reflection()
        .registerType(TypeReference.of(ENGINE), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
    hints.resources().registerPattern("*/*/libzstd-jni-*");
    for (String type : ZSTD_TYPES) {
      hints
          .jni()
          .registerTypeIfPresent(classLoader, ZSTD + type, MemberCategory.ACCESS_DECLARED_FIELDS);
    }
  }
}
