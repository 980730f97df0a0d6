package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.InvalidConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Lists every fault with the property's full name and the place where it was set. */
final class InvalidConfigFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigException> {

  private static final Pattern KEY = Pattern.compile("^([a-z0-9][A-Za-z0-9._-]*)=");

  /** The value of such a key is not for a log. */
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|credential|access-key|customer-key");

  private final Environment environment;

  InvalidConfigFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigException cause) {
    StringBuilder description = new StringBuilder("The AOF store refuses its configuration:\n");
    for (String fault : cause.faults()) {
      description.append("\n    - aof.").append(fault);
      ConfigurationProperty set = whereSet(fault);
      if (set != null) {
        description.append("\n      set to ").append(shown(set));
        if (set.getOrigin() != null) {
          description.append(" at ").append(set.getOrigin());
        }
      }
    }
    return new FailureAnalysis(
        description.toString(),
        "Correct the properties named above, for example in application.yml below 'aof:'. "
            + "A setting whose place is not shown has its default, "
            + "or comes from an AofConfigCustomizer.",
        cause);
  }

  private static String shown(ConfigurationProperty property) {
    boolean secret = SECRET.matcher(property.getName().toString()).find();
    return secret ? "a value that is not shown" : "'" + property.getValue() + "'";
  }

  private @Nullable ConfigurationProperty whereSet(String fault) {
    Matcher key = KEY.matcher(fault);
    if (!key.find()) {
      return null;
    }
    ConfigurationPropertyName name = ConfigurationPropertyName.ofIfValid("aof." + key.group(1));
    if (name == null) {
      return null;
    }
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property != null) {
        return property;
      }
    }
    return null;
  }
}
