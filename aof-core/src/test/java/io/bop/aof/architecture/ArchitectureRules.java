package io.bop.aof.architecture;

import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every rule of the engine's architecture, by name. */
final class ArchitectureRules {

  private ArchitectureRules() {}

  static Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("layers point downwards", Layers.pointDownwards());
    rules.put("every package has a layer", Layers.areAllKnown());
    rules.put("packages have no cycles", Layers.haveNoCycles());
    rules.put("format is pure", Machine.formatIsPure());
    rules.put("files only in io", Machine.filesOnlyInIo());
    rules.put("clocks only in io", Machine.clocksOnlyInIo());
    rules.put("threads only in io", Machine.threadsOnlyInIo());
    rules.put("chance only in io", Machine.chanceOnlyInIo());
    rules.put("the process only in io", Machine.processOnlyInIo());
    rules.put("the real machine only in io", Machine.realMachineOnlyInIo());
    rules.put("the real machine chosen by store", Machine.realMachineChosenOnceByTheStore());
    rules.put("a guest in the process", Machine.aGuestInTheProcess());
    rules.put("no salted order", Orders.neverSalted());
    rules.put("no order by identity", Orders.neverByIdentity());
    rules.put("two writers of the manifest", Borders.manifestHasTwoWriters());
    rules.put("AWS only in objectstore.s3", Borders.awsOnlyInItsStore());
    rules.put("zstd-jni only in zstd", Borders.zstdOnlyInItsPackage());
    rules.put("Resilience4j only in tier2", Borders.resilienceOnlyInTier2());
    rules.put("no framework", Borders.noFramework());
    rules.put("exceptions have one root", Borders.exceptionsHaveOneRoot());
    rules.put("no checked exceptions in public", Borders.publicFaceThrowsNothingChecked());
    rules.put("packages are null-marked", Borders.packagesAreNullMarked());
    rules.put("names say what things are", Borders.namesSayWhatThingsAre());
    return rules;
  }
}
