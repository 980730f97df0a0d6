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
    TidyRules rules = new TidyRules();
    for (Path file : files) {
      rules.checkSource(ProjectFiles.name(root, file), ProjectFiles.read(file));
    }
    return rules.findings;
  }

  /** Checks one file. */
  static Map<String, Integer> check(String name, String source) {
    TidyRules rules = new TidyRules();
    rules.checkSource(name, source);
    return rules.findings;
  }

  private void checkSource(String name, String source) {
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
    checkShapes(name, source);
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

  private void checkShapes(String name, String source) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        new Shapes(name, unit, positions).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
