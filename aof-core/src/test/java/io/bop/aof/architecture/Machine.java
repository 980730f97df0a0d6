package io.bop.aof.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** What only {@code io.bop.aof.io} may touch: files, clocks, threads, chance and the process. */
final class Machine {

  private static final String IO = Layers.BASE + ".io..";
  private static final String WHY =
      ", so that a simulated machine can take the real one's place and replay any run";

  private static final Set<String> FILE_TYPES =
      Set.of(
          "java.io.File",
          "java.io.FileDescriptor",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.nio.MappedByteBuffer",
          "java.nio.file.Paths");

  private static final Set<String> FILE_METHODS =
      Set.of(
          "java.nio.file.Path.toFile",
          "java.nio.file.Path.toRealPath",
          "java.nio.file.Path.register");

  private static final Set<String> RANDOM_TYPES =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.security.SecureRandom");

  private static final Set<String> PROCESS_TYPES =
      Set.of("java.lang.ProcessHandle", "java.lang.management.ManagementFactory");

  private static final Set<String> CLOCK_METHODS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Clock.system");

  private static final Set<String> THREAD_METHODS =
      Set.of(
          "java.lang.Thread.sleep",
          "java.lang.Thread.start",
          "java.lang.Thread.join",
          "java.util.concurrent.TimeUnit.sleep",
          "java.util.concurrent.TimeUnit.timedJoin",
          "java.util.concurrent.TimeUnit.timedWait",
          "java.util.concurrent.locks.LockSupport.park",
          "java.util.concurrent.locks.LockSupport.parkNanos",
          "java.util.concurrent.locks.LockSupport.parkUntil",
          "java.util.concurrent.ForkJoinPool.commonPool",
          "java.util.concurrent.CompletableFuture.orTimeout",
          "java.util.concurrent.CompletableFuture.completeOnTimeout",
          "java.util.concurrent.CompletableFuture.delayedExecutor");

  private static final Set<String> THREAD_TYPES =
      Set.of(
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ScheduledThreadPoolExecutor",
          "java.util.concurrent.ForkJoinPool");

  private Machine() {}

  static ArchRule filesOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe("open, map or list files", Machine::touchesFiles))
        .orShould()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "ask the disk about a path", access -> isOneOf(access, FILE_METHODS)))
        .because("files and channels are reached through io only" + WHY)
        .allowEmptyShould(true);
  }

  static ArchRule clocksOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe("read a clock", access -> isOneOf(access, CLOCK_METHODS)))
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "make a Date of now",
                (JavaConstructorCall call) ->
                    call.getTargetOwner().isEquivalentTo(java.util.Date.class)
                        && call.getTarget().getRawParameterTypes().isEmpty()))
        .because("time is asked of io only" + WHY)
        .allowEmptyShould(true);
  }

  static ArchRule threadsOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "start, park or put to sleep a thread",
                access ->
                    isOneOf(access, THREAD_METHODS)
                        || THREAD_TYPES.contains(access.getTargetOwner().getName())))
        .orShould()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "make a thread",
                (JavaConstructorCall call) -> call.getTargetOwner().isAssignableTo(Thread.class)))
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "run a stage on the common pool", call -> isAsyncWithoutExecutor(call)))
        .because("threads and waiting come from io only" + WHY)
        .allowEmptyShould(true);
  }

  static ArchRule chanceOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "make random numbers", type -> RANDOM_TYPES.contains(type.getName())))
        .orShould()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "draw at random",
                access ->
                    isOneOf(access, Set.of("java.util.UUID.randomUUID", "java.lang.Math.random"))))
        .because("random numbers come from io only" + WHY)
        .allowEmptyShould(true);
  }

  static ArchRule processOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "know the process", type -> PROCESS_TYPES.contains(type.getName())))
        .because("which process it is says io only" + WHY)
        .allowEmptyShould(true);
  }

  static ArchRule realMachineOnlyInIo() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(IO)
        .should()
        .dependOnClassesThat()
        .haveNameMatching("io\\.bop\\.aof\\.io\\.System[A-Z].*")
        .because("whoever names the real machine can't be run on a simulated one")
        .allowEmptyShould(true);
  }

  static ArchRule realMachineChosenOnceByTheStore() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(IO, Layers.BASE + ".store..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "choose the real machine",
                access -> isOneOf(access, Set.of("io.bop.aof.io.Host.system"))))
        .because("the machine is chosen once, where a store is put together")
        .allowEmptyShould(true);
  }

  static ArchRule formatIsPure() {
    return noClasses()
        .that()
        .resideInAPackage(Layers.BASE + ".format..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are more than values, buffers and arithmetic", Machine::isImpure))
        .because("a codec that is a pure function can be fuzzed, frozen and compared byte by byte")
        .allowEmptyShould(true);
  }

  static ArchRule aGuestInTheProcess() {
    return noClasses()
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "end the process or write to its console",
                access ->
                    isOneOf(
                        access,
                        Set.of(
                            "java.lang.System.exit",
                            "java.lang.System.out",
                            "java.lang.System.err",
                            "java.lang.Runtime.exit",
                            "java.lang.Runtime.halt",
                            "java.lang.Runtime.addShutdownHook"))))
        .because("the engine is a guest in somebody else's process")
        .allowEmptyShould(true);
  }

  /** A Path is a value, and so are the exceptions that carry one. */
  private static boolean touchesFiles(JavaClass type) {
    String name = type.getName();
    boolean inFilePackages =
        name.startsWith("java.nio.file.") || name.startsWith("java.nio.channels.");
    boolean isValue = name.equals("java.nio.file.Path") || type.isAssignableTo(Throwable.class);
    return FILE_TYPES.contains(name) || (inFilePackages && !isValue);
  }

  private static boolean isImpure(JavaClass type) {
    String name = type.getName();
    return touchesFiles(type)
        || name.startsWith("java.util.concurrent.")
        || name.equals("java.lang.Thread")
        || name.equals("java.time.Clock")
        || name.startsWith("org.slf4j.")
        || name.startsWith(Layers.BASE + ".io.");
  }

  private static boolean isAsyncWithoutExecutor(JavaCall<?> call) {
    return call.getTargetOwner().getName().equals("java.util.concurrent.CompletableFuture")
        && call.getName().endsWith("Async")
        && call.getTarget().getRawParameterTypes().stream()
            .noneMatch(type -> type.getName().equals("java.util.concurrent.Executor"));
  }

  private static boolean isOneOf(JavaAccess<?> access, Set<String> names) {
    return names.contains(access.getTargetOwner().getName() + "." + access.getName());
  }
}
