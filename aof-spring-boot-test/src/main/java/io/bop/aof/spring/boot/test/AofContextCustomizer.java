package io.bop.aof.spring.boot.test;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * Gives the store of a context its place. Part of the key under which contexts are cached.
 *
 * @param machine where the store lives
 */
record AofContextCustomizer(AofMachine machine) implements ContextCustomizer {

  private static final String SOURCE = "aof-test";

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("aof.max-record-size", "256KB");
    properties.put("aof.reserve-bytes", "1MB");
    properties.put("aof.segment.max-size", "1MB");
    properties.put("aof.tier0.max-bytes", "16MB");
    properties.put("aof.tier1.max-bytes", "16MB");
    switch (machine) {
      case DIRECTORY -> properties.put("aof.root", directory(context));
      case SIMULATED -> {
        properties.put("aof.root", "/aof");
        properties.put("aof.tier2.type", "filesystem");
        simulate(context);
      }
    }
    add(context.getEnvironment().getPropertySources(), properties);
  }

  /** What the test says itself goes before, and what the application says behind. */
  private static void add(MutablePropertySources sources, Map<String, Object> properties) {
    MapPropertySource source = new MapPropertySource(SOURCE, properties);
    String inlined = TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME;
    if (sources.contains(inlined)) {
      sources.addAfter(inlined, source);
    } else {
      sources.addFirst(source);
    }
  }

  /** Registered before all other beans, it is destroyed after them: when the store is closed. */
  private static String directory(ConfigurableApplicationContext context) {
    TestDirectory directory = TestDirectory.create();
    DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
    beans.registerSingleton("aofTestDirectory", directory);
    beans.registerDisposableBean("aofTestDirectory", directory::delete);
    return directory.path().toString();
  }

  private static void simulate(ConfigurableApplicationContext context) {
    ((BeanDefinitionRegistry) context.getBeanFactory())
        .registerBeanDefinition(
            "aofSimulatedStoreConfiguration",
            new RootBeanDefinition(SimulatedStoreConfiguration.class));
  }
}
