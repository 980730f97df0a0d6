package io.bop.aof.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every link between our documents leads to a file that exists, and to a heading in it. */
class DocumentLinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+?)\\s*$");

  @TempDir Path folder;

  @Test
  void linksLeadSomewhere() {
    Path root = ProjectFiles.root();
    List<Path> documents = ProjectFiles.endingWith(root, ".md");
    assertThat(documents).isNotEmpty();
    assertThat(brokenLinks(root, documents)).isEmpty();
  }

  @Test
  void findsLinksThatLeadNowhere() throws Exception {
    Path document = folder.resolve("a.md");
    Files.writeString(
        document,
        """
        # One `two`, three
        [good](a.md) [good](#one-two-three) [good](https://example.org/x)
        `[code](no.md)`
        [bad](b.md) [bad](a.md#four)
        """);
    assertThat(brokenLinks(folder, List.of(document)))
        .containsExactly("a.md: b.md", "a.md: a.md#four");
  }

  private static List<String> brokenLinks(Path root, List<Path> documents) {
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      Matcher links = LINK.matcher(CODE.matcher(ProjectFiles.read(document)).replaceAll(""));
      while (links.find()) {
        String link = links.group(1);
        if (!link.contains("://") && !link.startsWith("mailto:") && !leads(document, link)) {
          broken.add(ProjectFiles.name(root, document) + ": " + link);
        }
      }
    }
    return broken;
  }

  private static boolean leads(Path document, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || anchors(target).contains(link.substring(hash + 1));
  }

  private static Set<String> anchors(Path document) {
    return HEADING
        .matcher(ProjectFiles.read(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
