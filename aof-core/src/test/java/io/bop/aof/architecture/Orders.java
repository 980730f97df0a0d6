package io.bop.aof.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;

/** Collections whose order is another in each process. */
final class Orders {

  /* It speaks to a service; a simulation has another bucket in its place. */
  private static final String S3 = Layers.BASE + ".objectstore.s3..";
  private static final String WHY =
      "what is done in an order that differs from process to process can't be replayed";

  /* Those that copy, or hash by identity, whatever is in them. */
  private static final Set<String> ALWAYS =
      Set.of(
          "java.util.Set.copyOf",
          "java.util.Map.copyOf",
          "java.util.Map.ofEntries",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toUnmodifiableMap",
          "java.util.IdentityHashMap.<init>",
          "java.lang.System.identityHashCode");

  private static final Set<String> HASHED =
      Set.of(
          "java.util.HashMap.<init>",
          "java.util.HashSet.<init>",
          "java.util.concurrent.ConcurrentHashMap.<init>",
          "java.util.concurrent.ConcurrentHashMap.newKeySet");

  private static final Set<String> HASHED_TYPES =
      Set.of("java.util.HashMap", "java.util.HashSet", "java.util.concurrent.ConcurrentHashMap");

  /* Whether these hash shows only where the field is filled. */
  private static final Set<String> OPEN_TYPES =
      Set.of("java.util.Map", "java.util.Set", "java.util.concurrent.ConcurrentMap");

  private Orders() {}

  static ArchRule neverSalted() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(S3)
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "make a collection whose order is drawn anew by each process", Orders::isSalted))
        .because(WHY + "; enum, linked and sorted collections have an order that can be told")
        .allowEmptyShould(true);
  }

  /**
   * A field that is declared by a class that keeps an order, such as {@code EnumMap} or {@code
   * LinkedHashSet}, is never in doubt.
   */
  static ArchRule neverByIdentity() {
    return fields()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(S3)
        .should(
            new ArchCondition<JavaField>("not be hashed by the identity of its keys") {
              @Override
              public void check(JavaField field, ConditionEvents events) {
                if (isHashedByIdentity(field)) {
                  events.add(
                      SimpleConditionEvent.violated(
                          field,
                          field.getDescription() + " is hashed by the identity of its keys"));
                }
              }
            })
        .because(WHY + "; number the keys, or keep them in a linked or an enum collection")
        .allowEmptyShould(true);
  }

  private static boolean isSalted(JavaAccess<?> access) {
    String name = access.getTargetOwner().getName() + "." + access.getName();
    return ALWAYS.contains(name)
        || (name.equals("java.util.Set.of") && elements(access) > 1)
        || (name.equals("java.util.Map.of") && elements(access) > 2);
  }

  private static int elements(JavaAccess<?> access) {
    if (access instanceof JavaCodeUnitAccess<?> call) {
      var types = call.getTarget().getRawParameterTypes();
      return types.stream().anyMatch(JavaClass::isArray) ? Integer.MAX_VALUE : types.size();
    }
    return 0;
  }

  private static boolean isHashedByIdentity(JavaField field) {
    String type = field.getRawType().getName();
    boolean hashed =
        HASHED_TYPES.contains(type)
            || (OPEN_TYPES.contains(type) && fillsFieldsWithHashes(field.getOwner()));
    return hashed
        && field.getType() instanceof JavaParameterizedType generic
        && hasIdentityHash(generic.getActualTypeArguments().get(0).toErasure(), new HashSet<>());
  }

  private static boolean fillsFieldsWithHashes(JavaClass type) {
    return type.getAccessesFromSelf().stream()
        .filter(access -> isInitializer(access.getOrigin()))
        .anyMatch(
            access -> HASHED.contains(access.getTargetOwner().getName() + "." + access.getName()));
  }

  private static boolean isInitializer(JavaCodeUnit code) {
    return code.isConstructor() || code.getName().equals("<clinit>");
  }

  /** A record has the hashes of its components; any other type that defines none has identity's. */
  private static boolean hasIdentityHash(JavaClass type, Set<String> seen) {
    if (type.isPrimitive() || !seen.add(type.getName())) {
      return false;
    }
    if (type.isRecord()) {
      return type.getFields().stream()
          .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
          .anyMatch(field -> hasIdentityHash(field.getRawType(), seen));
    }
    return type.isArray() || type.isEnum() || !definesHash(type);
  }

  private static boolean definesHash(JavaClass type) {
    return type.getAllMethods().stream()
        .anyMatch(
            method ->
                method.getName().equals("hashCode")
                    && method.getRawParameterTypes().isEmpty()
                    && !method.getOwner().isEquivalentTo(Object.class));
  }
}
