package io.bop.aof.sample.web;

import io.bop.aof.sample.Delays;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How late flights are, by airport. */
@RestController
class DelayController {

  private final Delays delays;

  DelayController(Delays delays) {
    this.delays = delays;
  }

  /** The table that a listener of the stream keeps; follows an append within moments. */
  @GetMapping("/delays")
  Delays.Table delays() {
    return delays.table();
  }
}
