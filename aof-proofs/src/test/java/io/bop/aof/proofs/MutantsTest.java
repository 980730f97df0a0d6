package io.bop.aof.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.infra.runners.TestList;

/** The mutants fit the engine as it is; whether they are caught takes minutes and has a profile. */
class MutantsTest {

  private static final Path SOURCES = Path.of("../aof-core/src/main/java");

  static Collection<Mutant> mutants() {
    return MutantList.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void changesTheSourceAndHasAProof(Mutant mutant) throws IOException {
    String source = Files.readString(SOURCES.resolve(mutant.file()));

    assertThat(mutant.apply(source)).isNotEqualTo(source);
    assertThat(TestList.tests()).anyMatch(Pattern.compile(mutant.proofs()).asPredicate());
  }

  @Test
  void everyProofHasAMutant() {
    Set<String> uncovered = new HashSet<>(TestList.tests());
    for (Mutant mutant : MutantList.all()) {
      if (!mutant.order()) {
        uncovered.removeIf(Pattern.compile(mutant.proofs()).asPredicate());
      }
    }
    assertThat(uncovered).isEmpty();
  }
}
