package io.bop.aof.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.bop.aof.AofException;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** Who may use which library, who may write the manifest, and what the public face looks like. */
final class Borders {

  static final String MANIFEST_LOG = Layers.BASE + ".manifest.ManifestLog";

  private static final Set<String> MANIFEST_WRITES = Set.of("append", "rotate");

  private Borders() {}

  static ArchRule manifestHasTwoWriters() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            Layers.BASE + ".coordinator..",
            Layers.BASE + ".recovery..",
            Layers.BASE + ".manifest..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe("write the manifest", Borders::writesManifest))
        .because("one decider records what happened; two would record different histories")
        .allowEmptyShould(true);
  }

  static ArchRule awsOnlyInItsStore() {
    return onlyIn("objectstore.s3", "software.amazon.awssdk..", "an embedded store needs no SDK");
  }

  static ArchRule zstdOnlyInItsPackage() {
    return onlyIn("zstd", "com.github.luben.zstd..", "native memory has one owner");
  }

  static ArchRule resilienceOnlyInTier2() {
    return onlyIn(
        "tier2",
        "io.github.resilience4j..",
        "retries that nest multiply, and breakers that nest lie");
  }

  static ArchRule noFramework() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "io.micrometer..", "jakarta..")
        .because("the engine serves any JVM application; Spring's side is a module of its own")
        .allowEmptyShould(true);
  }

  static ArchRule exceptionsHaveOneRoot() {
    return classes()
        .that()
        .resideInAnyPackage(Layers.BASE, Layers.BASE + ".spi")
        .and()
        .areAssignableTo(Throwable.class)
        .should()
        .beAssignableTo(AofException.class)
        .because("a caller can catch all that this library throws by one name")
        .allowEmptyShould(true);
  }

  static ArchRule publicFaceThrowsNothingChecked() {
    return methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(Layers.BASE)
        .and()
        .arePublic()
        .should()
        .notDeclareThrowableOfType(
            DescribedPredicate.describe(
                "checked",
                (JavaClass type) ->
                    !type.isAssignableTo(RuntimeException.class)
                        && !type.isAssignableTo(Error.class)))
        .because("errors of the public face are unchecked")
        .allowEmptyShould(true);
  }

  static ArchRule packagesAreNullMarked() {
    return classes()
        .should(
            new ArchCondition<JavaClass>("be in a package annotated with @NullMarked") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                    new SimpleConditionEvent(
                        type, marked, type.getPackageName() + " has no @NullMarked package-info"));
              }
            })
        .because("NullAway checks only what says that it wants to be checked")
        .allowEmptyShould(true);
  }

  static ArchRule namesSayWhatThingsAre() {
    return noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Info|Data)")
        .because("these endings fit everything and so tell nothing")
        .allowEmptyShould(true);
  }

  private static ArchRule onlyIn(String layer, String library, String because) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(Layers.BASE + "." + layer + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(because)
        .allowEmptyShould(true);
  }

  private static boolean writesManifest(JavaAccess<?> access) {
    return access.getTargetOwner().getName().equals(MANIFEST_LOG)
        && MANIFEST_WRITES.contains(access.getName());
  }
}
