package io.bop.aof.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Size and shape of Java files: what is too big, by {@code "rule path#member"}, and how big. */
final class TidyRules {

  static final int MOST_LINES = 500;
  static final int MOST_COLUMNS = 100;
  static final int MOST_METHOD_LINES = 60;
  static final int MOST_CONSTRUCTOR_PARAMETERS = 6;

  /** Spelled so that this file does not find itself. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private final Map<String, Integer> findings = new TreeMap<>();

  private TidyRules() {}

  /** Checks all files; {@code root} only shortens their names. */
  static Map<String, Integer> check(Path root, List<Path> files) {
    Map<String, String> sources = new TreeMap<>();
    for (Path file : files) {
      sources.put(ProjectFiles.name(root, file), ProjectFiles.read(file));
    }
    return check(sources);
  }

  /** Checks one file. */
  static Map<String, Integer> check(String name, String source) {
    return check(Map.of(name, source));
  }

  private static Map<String, Integer> check(Map<String, String> sources) {
    TidyRules rules = new TidyRules();
    sources.forEach(rules::checkLines);
    rules.checkShapes(sources);
    return rules.findings;
  }

  private void checkLines(String name, String source) {
    List<String> lines = source.lines().toList();
    limit("file-lines " + name, lines.size(), MOST_LINES);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!mayBeLong(line)) {
        limit("line-columns " + name + ":" + (i + 1), line.length(), MOST_COLUMNS);
      }
      if (UNFINISHED.matcher(line).find()) {
        findings.put("unfinished " + name + ":" + (i + 1), 1);
      }
    }
  }

  /** What can't be broken: imports, addresses, and the layout diagrams of Javadoc. */
  private static boolean mayBeLong(String line) {
    return line.startsWith("import ")
        || line.startsWith("package ")
        || line.contains("://")
        || line.strip().startsWith("*   ");
  }

  private void limit(String what, int value, int most) {
    if (value > most) {
      findings.merge(what, value, Math::max);
    }
  }

  /* All by one run of the compiler's parser: to start it costs more than to parse a file. */
  private void checkShapes(Map<String, String> sources) {
    List<JavaFileObject> files =
        sources.entrySet().stream().map(e -> file(e.getKey(), e.getValue())).toList();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, files);
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        String name = unit.getSourceFile().toUri().getPath().substring(1);
        new Shapes(name, unit, positions).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject file(String name, String source) {
    return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  /** Methods and constructors, as the compiler's own parser sees them. */
  private final class Shapes extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final String name;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    Shapes(String name, CompilationUnitTree unit, SourcePositions positions) {
      this.name = name;
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      String member = name + "#" + owner.getSimpleName() + "." + method.getName();
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      limit("method-lines " + member, (int) (last - first + 1), MOST_METHOD_LINES);
      if (method.getName().contentEquals("<init>") && owner.getKind() != Tree.Kind.RECORD) {
        limit(
            "constructor-parameters " + member,
            method.getParameters().size(),
            MOST_CONSTRUCTOR_PARAMETERS);
      }
      return super.visitMethod(method, null);
    }
  }
}
