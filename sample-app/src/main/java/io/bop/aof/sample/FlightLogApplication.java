package io.bop.aof.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the flight log. It recovers what is there, verifies it, appends flights, replays all of
 * them, prints a summary, and serves HTTP until it is stopped.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class FlightLogApplication {

  /** Runs the service; ends after the summary with {@code flightlog.exit-after-summary}. */
  public static void main(String[] args) {
    ConfigurableApplicationContext context =
        SpringApplication.run(FlightLogApplication.class, args);
    if (context.isActive() && context.getBean(FlightLogProperties.class).exitAfterSummary()) {
      System.exit(SpringApplication.exit(context));
    }
  }
}
