package io.bop.aof.spring.annotation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Resolves placeholders and expressions in the attributes of one annotation, and collects what is
 * wrong with them. Confined to one thread.
 */
final class AttributeResolver {

  private final ConfigurableBeanFactory beans;
  private final List<String> faults = new ArrayList<>();

  AttributeResolver(ConfigurableBeanFactory beans) {
    this.beans = beans;
  }

  /** Everything that was wrong. */
  List<String> faults() {
    return faults;
  }

  void fault(String attribute, Object value, String demand) {
    faults.add(attribute + "='" + value + "' " + demand);
  }

  /** The text; null: the attribute is empty. */
  @Nullable String text(String attribute, String raw) {
    Object value = evaluate(attribute, raw);
    if (value == null) {
      return null;
    }
    String text = value.toString().trim();
    return text.isEmpty() ? null : text;
  }

  /** Several texts, of several elements, lists of them, and texts with commas. */
  List<String> texts(String attribute, String[] raw) {
    List<String> texts = new ArrayList<>();
    for (String element : raw) {
      add(evaluate(attribute, element), texts);
    }
    return texts;
  }

  private static void add(@Nullable Object value, List<String> texts) {
    if (value instanceof Object[] several) {
      Arrays.asList(several).forEach(one -> add(one, texts));
    } else if (value instanceof Collection<?> several) {
      several.forEach(one -> add(one, texts));
    } else if (value != null) {
      texts.addAll(Arrays.asList(StringUtils.tokenizeToStringArray(value.toString(), ",")));
    }
  }

  /** A number; null: the attribute is empty, or wrong. */
  @Nullable Integer number(String attribute, String raw) {
    String text = text(attribute, raw);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      fault(attribute, text, "must be a number");
      return null;
    }
  }

  /** A truth value; null: the attribute is empty, or wrong. */
  @Nullable Boolean truth(String attribute, String raw) {
    String text = text(attribute, raw);
    if (text == null) {
      return null;
    }
    boolean isTrue = text.equalsIgnoreCase("true");
    if (!isTrue && !text.equalsIgnoreCase("false")) {
      fault(attribute, text, "must be true or false");
      return null;
    }
    return isTrue;
  }

  /** A constant, in any case; null: the attribute is empty, or wrong. */
  <E extends Enum<E>> @Nullable E constant(String attribute, String raw, Class<E> type) {
    String text = text(attribute, raw);
    if (text == null) {
      return null;
    }
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
      known.add(constant.name().toLowerCase(Locale.ROOT));
    }
    fault(attribute, text, "must be one of " + String.join(", ", known));
    return null;
  }

  /** A bean by its name; null: the attribute is empty, or there is no such bean. */
  <T> @Nullable T bean(String attribute, String raw, Class<T> type) {
    Object value = evaluate(attribute, raw);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    String name = value == null ? "" : value.toString().trim();
    if (name.isEmpty()) {
      return null;
    }
    if (!beans.containsBean(name) || !beans.isTypeMatch(name, type)) {
      fault(attribute, name, "must name a bean of type " + type.getSimpleName());
      return null;
    }
    return beans.getBean(name, type);
  }

  private @Nullable Object evaluate(String attribute, String raw) {
    try {
      String text = beans.resolveEmbeddedValue(raw);
      BeanExpressionResolver expressions = beans.getBeanExpressionResolver();
      return expressions == null || text == null
          ? text
          : expressions.evaluate(text, new BeanExpressionContext(beans, null));
    } catch (RuntimeException e) {
      fault(attribute, raw, "cannot be resolved: " + e.getMessage());
      return null;
    }
  }
}
