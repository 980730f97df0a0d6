package io.bop.aof.spring.boot.test.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.spring.boot.test.AofTest;
import io.bop.aof.spring.boot.test.shop.Shop.Order;
import io.bop.aof.spring.core.AofTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContextManager;

/** A slice with a store in a directory. */
@AofTest(properties = "aof.tier1.max-bytes=32MB")
@Import(Orders.class)
class DirectorySliceTest {

  @Autowired private Orders orders;
  @Autowired private AofTemplate aof;
  @Autowired private AofConfig config;
  @Autowired private ApplicationContext context;

  @Test
  void hasTheStoreAndTheTemplateAndWhatIsImported() {
    Order order = new Order("o-1", 3);
    long offset = orders.place(order);
    assertThat(aof.readOne("orders", offset, Order.class)).contains(order);
  }

  @Test
  void leavesTheRestOfTheApplicationOut() {
    assertThat(context.getBeansOfType(MailServer.class)).isEmpty();
    assertThat(config.drill().segments()).isEqualTo(3);
  }

  @Test
  void storeIsSmallAndInATemporaryDirectory() {
    assertThat(config.root()).isDirectory();
    assertThat(config.root().getFileName().toString()).startsWith("aof-test");
    assertThat(config.segment().maxSize()).isEqualTo(1024 * 1024);
    assertThat(config.tier1().maxBytes()).isEqualTo(32 * 1024 * 1024);
  }

  @AofTest(properties = "aof.append-timeout=9s")
  static class Ending {}

  @Test
  void directoryGoesWithTheContext() throws Exception {
    TestContextManager tests = new TestContextManager(Ending.class);
    ApplicationContext ending = tests.getTestContext().getApplicationContext();
    Path root = ending.getBean(AofConfig.class).root();
    ending.getBean(AofTemplate.class).append("orders", "first");
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).isNotEmpty();
    }

    tests.getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);

    assertThat(root).doesNotExist();
  }
}
