package io.bop.aof.spring.boot.docker.compose;

import org.springframework.boot.docker.compose.core.RunningService;

/** What the environment of a service says. */
record ComposeSettings(RunningService service) {

  /** The value of the first of these variables that is set. */
  String setting(String otherwise, String... variables) {
    for (String variable : variables) {
      String value = service.env().get(variable);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return otherwise;
  }
}
