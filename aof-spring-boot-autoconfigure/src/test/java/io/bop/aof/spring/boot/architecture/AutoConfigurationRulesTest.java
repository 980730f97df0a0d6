package io.bop.aof.spring.boot.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Rule 7 of the architecture, and proof that it bites. */
class AutoConfigurationRulesTest {

  private static final ArchRule RULE =
      ArchRuleDefinition.classes()
          .that()
          .areAnnotatedWith(AutoConfiguration.class)
          .should(bePublicFinalAndWithoutPublicMembers())
          .because("an auto-configuration is named by users, in exclusions, and called by nobody");

  private static ArchCondition<JavaClass> bePublicFinalAndWithoutPublicMembers() {
    return new ArchCondition<>("be public, final and without public members") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean open =
            type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getModifiers().contains(JavaModifier.FINAL);
        List<String> members =
            type.getMembers().stream()
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaMember::getFullName)
                .toList();
        boolean sound = open && members.isEmpty();
        String message =
            type.getName() + ": modifiers=" + type.getModifiers() + " public=" + members;
        events.add(new SimpleConditionEvent(type, sound, message));
      }
    };
  }

  @Test
  void autoConfigurationsArePublicFinalAndWithoutPublicMembers() {
    JavaClasses ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("io.bop.aof.spring");
    DescribedPredicate<JavaClass> annotated =
        DescribedPredicate.describe(
            "auto-configurations", type -> type.isAnnotatedWith(AutoConfiguration.class));
    assertThat(ours.stream().filter(annotated).toList()).isNotEmpty();
    RULE.check(ours);
  }

  @AutoConfiguration
  static class NotPublic {}

  /** Breaks the rule by a public method. */
  @AutoConfiguration
  public static final class WithPublicMember {
    WithPublicMember() {}

    /** Must not be there. */
    public void open() {}
  }

  @Test
  void theRuleBites() {
    for (Class<?> bad : List.of(NotPublic.class, WithPublicMember.class)) {
      JavaClasses classes = new ClassFileImporter().importClasses(bad);
      assertThatThrownBy(() -> RULE.check(classes))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(bad.getSimpleName());
    }
  }

  @Test
  void allKeysAreInKebabCaseUnderAof() throws IOException {
    String metadata;
    try (InputStream in =
        getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      assertThat(in).isNotNull();
      metadata = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Matcher names = Pattern.compile("\"name\"\\s*:\\s*\"(aof[^\"]*)\"").matcher(metadata);
    int count = 0;
    while (names.find()) {
      assertThat(names.group(1)).matches("aof(\\.[a-z0-9]+(-[a-z0-9]+)*)*(\\.(keys|values))?");
      count++;
    }
    assertThat(count).isGreaterThan(40);
  }
}
