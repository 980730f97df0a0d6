package io.bop.aof.spring.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the guide, and those with listeners elsewhere, compile. */
class ListenerGuideTest {

  private static final Path GUIDE = Path.of("..", "docs", "guides", "listeners.md");
  private static final List<Path> OTHERS =
      List.of(Path.of("..", "README.md"), Path.of("..", "docs", "tutorial", "first-store.md"));
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)");

  private static final String IMPORTS =
      """
      package guide;
      import io.bop.aof.*;
      import io.bop.aof.spring.annotation.*;
      import io.bop.aof.spring.core.*;
      import io.bop.aof.spring.listener.*;
      import java.util.List;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import java.util.stream.Stream;
      import org.springframework.context.annotation.*;
      import org.springframework.messaging.handler.annotation.Header;
      import org.springframework.stereotype.*;
      import org.springframework.util.backoff.FixedBackOff;
      import tools.jackson.databind.JsonNode;
      record Order(String id) {}
      record Greeting(String language, String text) {}
      """;

  @TempDir Path classes;

  @TestFactory
  Stream<DynamicTest> examplesCompile() throws IOException {
    List<String> examples = new ArrayList<>(examples(GUIDE));
    assertThat(examples).hasSizeGreaterThan(5);
    for (Path other : OTHERS) {
      List<String> listening =
          examples(other).stream().filter(example -> example.contains("@AofListener")).toList();
      assertThat(listening).as(other.toString()).isNotEmpty();
      examples.addAll(listening);
    }
    return examples.stream().map(e -> DynamicTest.dynamicTest(nameOf(e), () -> compile(e)));
  }

  private static List<String> examples(Path document) throws IOException {
    return EXAMPLE
        .matcher(Files.readString(document))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static String nameOf(String example) {
    return CLASS.matcher(example).results().findFirst().orElseThrow().group(1);
  }

  private void compile(String example) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///guide/Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return IMPORTS + example;
          }
        };
    StringWriter messages = new StringWriter();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-parameters", "-proc:none", "-cp", classPath, "-d", classes.toString()),
                null,
                List.of(source))
            .call();
    assertThat(compiled).as(messages::toString).isTrue();
  }
}
