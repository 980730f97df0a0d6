package io.bop.aof.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;

/** The packages of the engine, from the top down; a package may use only what stands below it. */
final class Layers {

  static final String BASE = "io.bop.aof";

  private static final List<String> DOWNWARDS =
      List.of(
          "store",
          "coordinator",
          "recovery",
          "follower",
          "cursor",
          "read",
          "tier0",
          "tier1",
          "tier2",
          "objectstore",
          "segment",
          "zstd",
          "manifest",
          "format",
          "io");

  private static final List<String> TIERS = List.of("tier0", "tier1", "tier2");

  /** The public face: everybody may use it, it uses nothing of ours. */
  private static final String API = "api";

  private Layers() {}

  static ArchRule pointDownwards() {
    LayeredArchitecture layers =
        Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer(API)
            .definedBy(BASE, BASE + ".spi");
    for (String layer : DOWNWARDS) {
      layers = layers.layer(layer).definedBy(BASE + "." + layer + "..");
    }
    layers = layers.whereLayer(API).mayNotAccessAnyLayer();
    for (String layer : DOWNWARDS) {
      layers = layers.whereLayer(layer).mayOnlyAccessLayers(usableBy(layer));
    }
    return layers.because("a change in a lower package must never need one in a higher package");
  }

  static ArchRule areAllKnown() {
    List<String> known = new ArrayList<>(List.of(BASE, BASE + ".spi"));
    DOWNWARDS.forEach(layer -> known.add(BASE + "." + layer + ".."));
    return ArchRuleDefinition.classes()
        .should()
        .resideInAnyPackage(known.toArray(String[]::new))
        .because("a package that has no layer escapes every rule here");
  }

  static ArchRule haveNoCycles() {
    return SlicesRuleDefinition.slices()
        .matching(BASE + ".(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(inPackage("spi"), any())
        .because("packages in a circle can be understood, tested and replaced only together")
        .allowEmptyShould(true);
  }

  private static String[] usableBy(String layer) {
    List<String> usable = new ArrayList<>(List.of(API));
    for (String lower : DOWNWARDS.subList(DOWNWARDS.indexOf(layer) + 1, DOWNWARDS.size())) {
      if (!(TIERS.contains(layer) && TIERS.contains(lower))) {
        usable.add(lower);
      }
    }
    return usable.toArray(String[]::new);
  }

  private static DescribedPredicate<JavaClass> inPackage(String name) {
    return DescribedPredicate.describe(
        "in " + name, type -> type.getPackageName().equals(BASE + "." + name));
  }

  private static DescribedPredicate<JavaClass> any() {
    return DescribedPredicate.describe("anything", type -> true);
  }
}
