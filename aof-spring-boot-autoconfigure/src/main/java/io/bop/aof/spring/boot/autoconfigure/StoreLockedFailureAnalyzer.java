package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.StoreLockedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says who holds the directory and how to get another one. */
final class StoreLockedFailureAnalyzer extends AbstractFailureAnalyzer<StoreLockedException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, StoreLockedException cause) {
    String description =
        "The AOF store in '%s' is in use by %s. A directory belongs to one open store at a time."
            .formatted(cause.root(), cause.holder());
    String action =
        """
        Do one of these:

            - stop the process that holds it (often an earlier run of this application);
            - give this application a directory of its own with 'aof.root' in application.yml;
            - in tests, let each application context have its own 'aof.root', \
        or close cached contexts with @DirtiesContext.""";
    return new FailureAnalysis(description, action, cause);
  }
}
