package io.bop.aof.sample.startup;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says how to start when the port is taken. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PortInUseAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, PortInUseException cause) {
    return new FailureAnalysis(
        "Port "
            + cause.getPort()
            + " is taken, so the flight log cannot serve HTTP there. Nothing"
            + " was appended.",
        "Stop what listens there, or add another port to the command: --server.port=8081",
        cause);
  }
}
