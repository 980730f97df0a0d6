package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofStore;
import io.bop.aof.spring.testsupport.InMemoryStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Endpoints that show every value show no secret. */
class AofSanitizingAutoConfigurationTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofSanitizingAutoConfiguration.class,
                  ConfigurationPropertiesReportEndpointAutoConfiguration.class,
                  EnvironmentEndpointAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new)
          .withPropertyValues(
              "management.endpoints.web.exposure.include=*",
              "management.endpoints.jmx.exposure.include=*",
              "management.endpoint.configprops.show-values=always",
              "management.endpoint.env.show-values=always",
              "aof.tier2.type=filesystem",
              "aof.tier2.s3.bucket=the-bucket",
              "aof.tier2.s3.access-key=hidden-id",
              "aof.tier2.s3.secret-key=hidden-key",
              "AOF_TIER2_S3_SESSION_TOKEN=hidden-token",
              "aof.tier2.s3.sse.customer-key=hidden-customer");

  @Test
  void showNoSecret() {
    runner.run(
        context -> {
          String properties =
              context
                  .getBean(ConfigurationPropertiesReportEndpoint.class)
                  .configurationPropertiesWithPrefix("aof")
                  .getContexts()
                  .values()
                  .stream()
                  .flatMap(each -> each.getBeans().values().stream())
                  .map(bean -> bean.getProperties() + " " + bean.getInputs())
                  .toList()
                  .toString();
          assertThat(properties).contains("the-bucket", "secretKey").doesNotContain("hidden");
          String environment =
              context
                  .getBean(EnvironmentEndpoint.class)
                  .environment(null)
                  .getPropertySources()
                  .stream()
                  .filter(source -> source.getName().equals("test"))
                  .flatMap(source -> source.getProperties().entrySet().stream())
                  .map(property -> property.getKey() + "=" + property.getValue().getValue())
                  .toList()
                  .toString();
          assertThat(environment)
              .contains("the-bucket", "AOF_TIER2_S3_SESSION_TOKEN=")
              .doesNotContain("hidden");
        });
  }

  @Test
  void needActuator() {
    runner
        .withClassLoader(new FilteredClassLoader(SanitizingFunction.class))
        .run(context -> assertThat(context).doesNotHaveBean("aofSanitizingFunction"));
  }
}
