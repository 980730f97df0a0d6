package io.bop.aof.testkit.junit;

import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a method with {@link AofFaults} once for each seed. */
final class AofFaultsExtension implements TestTemplateInvocationContextProvider {

  AofFaultsExtension() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return annotation(context).isPresent();
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    AofFaults faults = annotation(context).orElseThrow();
    Method method = context.getRequiredTestMethod();
    return seeds(method, faults).mapToObj(SeededRun::new);
  }

  private static Optional<AofFaults> annotation(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getTestMethod(), AofFaults.class);
  }

  private static LongStream seeds(Method method, AofFaults faults) {
    String replayed = System.getProperty(Property.SEED);
    if (replayed != null) {
      return LongStream.of(number(Property.SEED, replayed));
    }
    long soak = number(AofFaults.SOAK, System.getProperty(AofFaults.SOAK, "1"));
    if (faults.seeds() < 1 || soak < 1) {
      throw new IllegalArgumentException(
          "there must be a seed: method=" + method + " seeds=" + faults.seeds() + " soak=" + soak);
    }
    SeededRandom random = new SeededRandom(seedOf(method));
    return LongStream.concat(
        LongStream.of(faults.pinned()),
        LongStream.generate(random::nextLong).limit(faults.seeds() * soak));
  }

  private static long seedOf(Method method) {
    String name = method.getDeclaringClass().getName() + "#" + method.getName();
    long seed = 0;
    for (int i = 0; i < name.length(); i++) {
      seed = seed * 31 + name.charAt(i);
    }
    return seed;
  }

  private static long number(String key, String value) {
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number: " + key + "=" + value, e);
    }
  }

  /** One run of the method. */
  private record SeededRun(long seed) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return "[" + invocationIndex + "] seed=" + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new SeededMachine(seed));
    }
  }
}
