package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.MissingDependencyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which library to add. */
final class MissingDependencyFailureAnalyzer
    extends AbstractFailureAnalyzer<MissingDependencyException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, MissingDependencyException cause) {
    String description =
        "The setting 'aof."
            + cause.setting()
            + "' needs a library that is not on the class path. The starter leaves it out, because"
            + " not everybody needs it.";
    String action =
        "Add "
            + cause.dependency()
            + " to the dependencies of the application, or choose another value in application"
            + ".yml.";
    return new FailureAnalysis(description, action, cause);
  }
}
