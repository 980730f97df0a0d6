package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.spring.annotation.AofListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

/** An application with everything of ours can be made ready for a native image. */
class AheadOfTimeTest {

  static class Projection {

    @AofListener(id = "projection", streams = "orders")
    void on(String payload) {}
  }

  private static Class<?>[] ours() {
    Class<?>[] found =
        ImportCandidates.load(AutoConfiguration.class, AheadOfTimeTest.class.getClassLoader())
            .getCandidates()
            .stream()
            .filter(name -> name.startsWith("io.bop.aof."))
            .<Class<?>>map(name -> ClassUtils.resolveClassName(name, null))
            .toArray(Class<?>[]::new);
    return Configurations.getClasses(List.of(AutoConfigurations.of(found)));
  }

  @Test
  void everyBeanCanBeProcessedAheadOfTime() {
    InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "test", Map.of("management.endpoints.web.exposure.include", "*")));
      context.registerBean(SimpleMeterRegistry.class);
      context.registerBean(Projection.class);
      context.register(ours());
      DefaultGenerationContext generation =
          new DefaultGenerationContext(
              new ClassNameGenerator(ClassName.get(AheadOfTimeTest.class)), files);

      new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
      generation.writeGeneratedContent();
    }

    assertThat(files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).keySet())
        .anyMatch(name -> name.contains("AofAutoConfiguration"))
        .anyMatch(name -> name.contains("AofListenerEndpointRegistry"))
        .anyMatch(name -> name.contains("AofEndpointAutoConfiguration"))
        .anyMatch(name -> name.contains("AofMetricsAutoConfiguration"));
  }
}
