package io.bop.aof.sample.startup;

import org.springframework.boot.ExitCodeGenerator;

/** The store does not hold what was written. Ends the application with exit code 3. */
public final class VerificationFailedException extends RuntimeException
    implements ExitCodeGenerator {

  /** The exit code. */
  public static final int EXIT_CODE = 3;

  private static final long serialVersionUID = 1L;

  VerificationFailedException(String message) {
    super(message);
  }

  @Override
  public int getExitCode() {
    return EXIT_CODE;
  }
}
