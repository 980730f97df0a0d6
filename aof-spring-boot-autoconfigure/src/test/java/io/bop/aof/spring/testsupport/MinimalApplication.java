package io.bop.aof.spring.testsupport;

import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.spring.core.AofTemplate;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What somebody writes who adds the starter and nothing else. */
public final class MinimalApplication {

  private MinimalApplication() {}

  /** Starts, appends, replays, stops. */
  public static List<String> run() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .run("--logging.level.root=warn", "--management.otlp.metrics.export.enabled=false")) {
      AofTemplate template = context.getBean(AofTemplate.class);
      template.append("orders", "o-1", "first");
      try (Stream<String> history = template.replay("orders", String.class)) {
        return history.toList();
      }
    }
  }

  /** Starts with a store of its own and says "opened", or else the last cause of the failure. */
  public static String open(String... arguments) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(ApplicationWithItsStore.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .properties("management.otlp.metrics.export.enabled=false")
            .run(arguments)) {
      return context.getBean(AofStore.class).snapshot().open() ? "opened" : "closed";
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null && !(cause instanceof AofException)) {
        cause = cause.getCause();
      }
      return cause.toString();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class ApplicationWithItsStore {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    AofStore memoryStore() {
      return new InMemoryStore();
    }
  }
}
