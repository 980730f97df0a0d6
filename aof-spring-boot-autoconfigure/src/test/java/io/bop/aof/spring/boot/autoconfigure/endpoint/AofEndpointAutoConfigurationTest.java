package io.bop.aof.spring.boot.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.endpoint.AofEndpoint;
import io.bop.aof.spring.testsupport.InMemoryStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AofEndpointAutoConfigurationTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(AofAutoConfiguration.class, AofEndpointAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new)
          .withPropertyValues("management.endpoints.web.exposure.include=aof");

  @Test
  void isThereWhenItIsExposed() {
    runner.run(context -> assertThat(context).hasSingleBean(AofEndpoint.class));
  }

  @Test
  void isNotThereWhenItIsNotExposed() {
    runner
        .withPropertyValues("management.endpoints.web.exposure.include=health")
        .run(context -> assertThat(context).doesNotHaveBean(AofEndpoint.class));
  }

  @Test
  void canBeSwitchedOff() {
    runner
        .withPropertyValues("management.endpoint.aof.access=NONE")
        .run(context -> assertThat(context).doesNotHaveBean(AofEndpoint.class));
    runner
        .withPropertyValues("aof.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(AofEndpoint.class));
  }

  @Test
  void needsActuator() {
    runner
        .withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(AofEndpoint.class));
  }

  @Test
  void prefersTheUsersEndpoint() {
    runner
        .withBean("mine", AofEndpoint.class, () -> new AofEndpoint(new InMemoryStore()))
        .run(context -> assertThat(context).hasSingleBean(AofEndpoint.class).hasBean("mine"));
  }
}
