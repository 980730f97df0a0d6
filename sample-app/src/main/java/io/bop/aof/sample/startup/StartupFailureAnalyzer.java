package io.bop.aof.sample.startup;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what a failed verification means, without a stack trace. */
final class StartupFailureAnalyzer extends AbstractFailureAnalyzer<VerificationFailedException> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, VerificationFailedException cause) {
    return new FailureAnalysis(
        "The store does not hold what was written: " + cause.getMessage(),
        "Keep the directory of the store as it is and look at it with 'aof-admin verify'. To begin"
            + " anew, start with another directory: --aof.root=./data/other",
        cause);
  }
}
