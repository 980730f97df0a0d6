package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Keeps secrets of the store out of Actuator's {@code configprops} and {@code env}, also where an
 * application has them show values.
 */
@AutoConfiguration
@ConditionalOnClass({AofStore.class, SanitizingFunction.class})
public final class AofSanitizingAutoConfiguration {

  /* Without dots, dashes and underscores, so that variables of the environment match too. */
  private static final Set<String> SECRETS =
      Set.of(
          "aoftier2s3accesskey",
          "aoftier2s3secretkey",
          "aoftier2s3sessiontoken",
          "aoftier2s3ssecustomerkey");

  AofSanitizingAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "aofSanitizingFunction")
  SanitizingFunction aofSanitizingFunction() {
    return SanitizingFunction.sanitizeValue()
        .ifKeyMatches(AofSanitizingAutoConfiguration::isSecret);
  }

  private static boolean isSecret(String key) {
    return SECRETS.contains(key.toLowerCase(Locale.ROOT).replaceAll("[._-]", ""));
  }
}
