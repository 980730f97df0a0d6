package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.UnsupportedFormatException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that the store is newer than this release. */
final class UnsupportedFormatFailureAnalyzer
    extends AbstractFailureAnalyzer<UnsupportedFormatException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedFormatException cause) {
    String description =
        "The AOF store was written by a release that this one cannot read: '"
            + cause.file()
            + "' has version "
            + cause.found()
            + ", the newest readable version is "
            + cause.readable()
            + ". Nothing was changed.";
    String action =
        "Use the AOF release that wrote the store, or a newer one. If this application should not "
            + "open that store at all, set 'aof.root' in application.yml to another directory.";
    return new FailureAnalysis(description, action, cause);
  }
}
