package io.bop.aof.spring.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads {@link AofTest}. */
final class AofTestContextBootstrapper extends TestSliceTestContextBootstrapper<AofTest> {

  AofTestContextBootstrapper() {}
}
