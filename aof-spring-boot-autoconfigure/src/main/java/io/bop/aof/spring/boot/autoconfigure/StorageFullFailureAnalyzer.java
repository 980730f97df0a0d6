package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.StorageFullException;
import java.util.Locale;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how much room is missing and which properties need less of it. */
final class StorageFullFailureAnalyzer extends AbstractFailureAnalyzer<StorageFullException> {

  private static final double MIB = 1024.0 * 1024.0;

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, StorageFullException cause) {
    String description =
        "The disk has no room for the AOF store: %s needs %s, and %s are free."
            .formatted(cause.path(), mib(cause.needed()), mib(cause.free()));
    String action =
        """
        Free space on that disk, or change application.yml:

            - 'aof.root' to a directory on a larger disk;
            - 'aof.segment.max-size' and 'aof.tier0.max-bytes' to smaller values;
            - 'aof.tier1.max-bytes' to a smaller value, if compressed files fill the disk;
            - 'aof.reserve-bytes', the space that is kept free for emergencies.""";
    return new FailureAnalysis(description, action, cause);
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB (%d bytes)", bytes / MIB, bytes);
  }
}
