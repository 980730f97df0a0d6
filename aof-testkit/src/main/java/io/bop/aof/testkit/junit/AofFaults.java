package io.bop.aof.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each of many seeds, on a simulated machine. It may take these
 * parameters, and so may its constructor and {@code @BeforeEach} methods; they are the same objects
 * during one run:
 *
 * <ul>
 *   <li>{@link io.bop.aof.testkit.simulation.DiskHost}, {@link io.bop.aof.io.Host}: a machine with
 *       an empty simulated disk, and real threads and clock;
 *   <li>{@link io.bop.aof.testkit.simulation.SimulatedDisk}: the disk of that machine;
 *   <li>{@link io.bop.aof.testkit.simulation.SimulatedHost}: another machine, with a disk of its
 *       own, whose threads run one at a time in an order that follows from the seed;
 *   <li>{@link io.bop.aof.testkit.SeededRandom}: for whatever the test chooses at random.
 * </ul>
 *
 * <p>The seeds follow from the names of class and method and from the number of the run, so every
 * build sees the same. A test that fails says its seed and how to replay it. It fails too when
 * memory was written to after its mapping was closed, on the disk or on one that came after it.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code aof.seed}: runs once, with this seed;
 *   <li>{@code aof.soak}: that many times as many seeds, at least 1.
 * </ul>
 *
 * <p>A failure of {@link io.bop.aof.testkit.simulation.SimulatedHost} is repeated exactly by its
 * seed. With real threads the same seed gives the same disk and choices, but another order of
 * threads.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith(AofFaultsExtension.class)
public @interface AofFaults {

  /** Name of the system property that multiplies the number of seeds. */
  String SOAK = "aof.soak";

  /** How many seeds; at least 1. */
  int seeds() default 20;

  /** Seeds that failed once: they run first, in every build. */
  long[] pinned() default {};
}
