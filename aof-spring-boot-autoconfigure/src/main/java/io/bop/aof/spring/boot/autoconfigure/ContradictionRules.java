package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.S3Config;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Properties that ask for something and get nothing, because another one says that there is none of
 * it, or because the one that switches it on was forgotten. What somebody did switch off on purpose
 * is no fault: environments share properties.
 */
final class ContradictionRules {

  private final AofProperties properties;
  private final Predicate<String> isSet;

  /**
   * For those properties.
   *
   * @param isSet whether the property of that name below {@code aof} was set at all
   */
  ContradictionRules(AofProperties properties, Predicate<String> isSet) {
    this.properties = properties;
    this.isSet = isSet;
  }

  /**
   * Everything that is wrong, each with its key below {@code aof}.
   *
   * @param tier2 as it is after all customizers
   */
  List<String> faults(Tier2Config tier2) {
    List<String> faults = new ArrayList<>();
    if (properties.follower().enabled() && tier2.type() == Tier2Type.NONE) {
      faults.add(
          "follower.enabled=true needs a Tier 2, but tier2.type=none"
              + " action=set tier2.type, or follower.enabled=false");
    }
    String bucket = properties.tier2().s3().bucket();
    if (bucket != null && tier2.type() == Tier2Type.FILESYSTEM && !isSet.test("tier2.type")) {
      faults.add(
          "tier2.s3.bucket="
              + bucket
              + " is not used, because tier2.type is not set and its default is filesystem"
              + " action=set tier2.type=s3, or tier2.type=filesystem if no bucket is meant");
    }
    S3Config s3 = tier2.s3();
    if (bucket != null && s3 != null && tier2.type() == Tier2Type.S3) {
      checkBucket(s3, faults);
    }
    return faults;
  }

  private void checkBucket(S3Config s3, List<String> faults) {
    AofProperties.Sse sse = properties.tier2().s3().sse();
    if (!isSet.test("tier2.s3.sse.type")) {
      if (sse.kmsKeyId() != null) {
        faults.add("tier2.s3.sse.kms-key-id is not used" + encryptionAction("kms"));
      }
      if (sse.customerKey() != null) {
        faults.add("tier2.s3.sse.customer-key is not used" + encryptionAction("customer"));
      }
    }
    if (properties.tier2().s3().sessionToken() != null && s3.credentials() == null) {
      faults.add(
          "tier2.s3.session-token is not used without tier2.s3.access-key and secret-key"
              + " action=set all three, or none");
    }
  }

  private static String encryptionAction(String type) {
    return ", because tier2.s3.sse.type is not set: objects would not be encrypted with it"
        + " action=set tier2.s3.sse.type="
        + type
        + ", or tier2.s3.sse.type=none if that is meant";
  }
}
