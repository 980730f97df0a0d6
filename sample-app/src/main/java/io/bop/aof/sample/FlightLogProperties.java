package io.bop.aof.sample;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the flight log can be told.
 *
 * @param stream name of the stream that holds the flights
 * @param target amount of events, as JSON, that the first start appends in total
 * @param extraPerStart amount that a later start appends when the target is already there
 * @param window appends that may be on their way at once
 * @param acknowledgedFile file that remembers how far appends were acknowledged, so that a start
 *     after a kill can prove that nothing was lost
 * @param settleTimeout longest wait for the sealed segments to reach Tier 2
 * @param maxTails tails (server-sent events) that may be open at once
 * @param exitAfterSummary whether to end after the summary instead of serving HTTP
 */
@ConfigurationProperties("flightlog")
public record FlightLogProperties(
    @DefaultValue("flights") String stream,
    @DefaultValue("200MB") DataSize target,
    @DefaultValue("20MB") DataSize extraPerStart,
    @DefaultValue("8192") int window,
    @DefaultValue("./data/aof/flightlog.acknowledged") Path acknowledgedFile,
    @DefaultValue("60s") Duration settleTimeout,
    @DefaultValue("32") int maxTails,
    @DefaultValue("false") boolean exitAfterSummary) {

  /** Checks the ranges. */
  public FlightLogProperties {
    if (target.isNegative() || extraPerStart.isNegative()) {
      throw new IllegalArgumentException(
          "flightlog.target and flightlog.extra-per-start must not be negative: target="
              + target
              + " extra-per-start="
              + extraPerStart);
    }
    if (window < 1 || window > 1_000_000) {
      throw new IllegalArgumentException("flightlog.window must be 1 to 1000000: " + window);
    }
    if (maxTails < 1 || maxTails > 1000) {
      throw new IllegalArgumentException("flightlog.max-tails must be 1 to 1000: " + maxTails);
    }
  }
}
