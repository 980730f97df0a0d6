package io.bop.aof.testkit.junit;

import io.bop.aof.io.Host;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.IncompleteExecutionException;

/** What one run is given, and the word about its seed when it fails. Confined to that run. */
final class SeededMachine
    implements ParameterResolver,
        AfterEachCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {

  private static final Set<Class<?>> TYPES =
      Set.of(
          SimulatedDisk.class, DiskHost.class, Host.class, SimulatedHost.class, SeededRandom.class);

  private final long seed;
  private final Map<Class<?>, Object> given = new HashMap<>();

  SeededMachine(long seed) {
    this.seed = seed;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == SeededRandom.class) {
      return given.computeIfAbsent(type, key -> new SeededRandom(seed));
    }
    if (type == SimulatedHost.class) {
      return given.computeIfAbsent(type, key -> new SimulatedHost(seed));
    }
    DiskHost host = (DiskHost) given.computeIfAbsent(Host.class, key -> new DiskHost(seed));
    return type == SimulatedDisk.class ? host.simulatedDisk() : host;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (given.get(Host.class) instanceof DiskHost host) {
      host.simulatedDisk().checkMappings();
    }
    if (given.get(SimulatedHost.class) instanceof SimulatedHost host) {
      host.release();
      host.simulatedDisk().checkMappings();
    }
  }

  // ---- failures

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withSeed(failure, context);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withSeed(failure, context);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withSeed(failure, context);
  }

  /* An assumption that does not hold is no failure; what was compared is still shown as a diff. */
  private Throwable withSeed(Throwable failure, ExtensionContext context) {
    if (failure instanceof IncompleteExecutionException || failure instanceof OutOfMemoryError) {
      return failure;
    }
    String message = message(failure, context);
    if (failure instanceof AssertionFailedError compared
        && compared.isExpectedDefined()
        && compared.isActualDefined()) {
      return new AssertionFailedError(
          message, compared.getExpected(), compared.getActual(), failure);
    }
    return new AssertionFailedError(message, failure);
  }

  private String message(Throwable failure, ExtensionContext context) {
    return "failed with seed="
        + seed
        + System.lineSeparator()
        + "replay with -D"
        + Property.SEED
        + "="
        + seed
        + " -Dtest="
        + context.getRequiredTestClass().getSimpleName()
        + "#"
        + context.getRequiredTestMethod().getName()
        + System.lineSeparator()
        + failure;
  }
}
