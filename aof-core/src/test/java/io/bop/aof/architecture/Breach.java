package io.bop.aof.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Source that breaks a rule on purpose, compiled as if somebody had added it to the engine. */
record Breach(String rule, List<String> sources) {

  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("(?:class|interface|enum|record) (\\w+)");

  static Breach of(String rule, String... sources) {
    return new Breach(rule, List.of(sources));
  }

  /** What {@link #compile} needs; made once, because it reads the class path. */
  static StandardJavaFileManager compilerFiles() {
    return ToolProvider.getSystemJavaCompiler()
        .getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
  }

  /** Compiles into {@code folder} and reads the classes. */
  JavaClasses compile(StandardJavaFileManager files, Path folder) {
    StringWriter messages = new StringWriter();
    List<String> options = List.of("-proc:none", "-nowarn");
    List<JavaFileObject> units = sources.stream().map(Breach::file).toList();
    try {
      files.setLocation(StandardLocation.CLASS_OUTPUT, List.of(folder.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, files, null, options, null, units)
            .call();
    if (!compiled) {
      throw new IllegalStateException("breach does not compile: rule=" + rule + "\n" + messages);
    }
    return new ClassFileImporter().importPath(folder);
  }

  private static JavaFileObject file(String source) {
    String path = find(PACKAGE, source).replace('.', '/') + "/" + find(TYPE, source) + ".java";
    return new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  private static String find(Pattern pattern, String source) {
    Matcher matcher = pattern.matcher(source);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no " + pattern + " in " + source);
    }
    return matcher.group(1);
  }

  @Override
  public String toString() {
    return rule;
  }
}
