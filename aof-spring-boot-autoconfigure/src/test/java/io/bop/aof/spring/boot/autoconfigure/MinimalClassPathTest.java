package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bop.aof.spring.testsupport.MinimalApplication;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts a whole application without the optional dependencies. A filtering class loader in front
 * of classes that are there does not find a signature that names a class that is not.
 */
class MinimalClassPathTest {

  private static final String JACKSON = "jackson";
  private static final String HEALTH = "spring-boot-(health|actuator|starter-actuator)";

  @ParameterizedTest
  @ValueSource(strings = {JACKSON, HEALTH, JACKSON + "|" + HEALTH + "|spring-boot-micrometer"})
  void startsWithout(String dependencies) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = without(dependencies)) {
      thread.setContextClassLoader(loader);
      Object history =
          loader.loadClass(MinimalApplication.class.getName()).getMethod("run").invoke(null);
      assertThat(history).isEqualTo(List.of("first"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void reallyLeavesDependenciesOut() throws IOException {
    try (URLClassLoader loader = without(JACKSON + "|" + HEALTH)) {
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("tools.jackson.databind.json.JsonMapper"));
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> loader.loadClass("org.springframework.boot.health.contributor.Health"));
    }
  }

  private static URLClassLoader without(String dependencies) throws MalformedURLException {
    Pattern excluded = Pattern.compile(dependencies);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      File file = new File(entry);
      // The name of the jar decides, wherever the repository lies.
      if (!excluded.matcher(file.getName()).find()) {
        urls.add(file.toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
