package io.bop.aof.sample.startup;

import io.bop.aof.sample.console.Screen;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * The steps of a start.
 *
 * @param ingest appends
 * @param settling waits for the tiers
 * @param replay reads and compares
 * @param stop ends them early
 */
@Component
record Steps(Ingest ingest, Settling settling, Replay replay, StopSignal stop) {

  /** Where they are shown. */
  @Configuration(proxyBeanMethods = false)
  static class ScreenConfiguration {

    @Bean
    Screen screen() {
      return Screen.ofProcess();
    }
  }
}
