package io.bop.aof.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Appends within transactions of a database. */
class TransactionalAppendTest {

  private final InMemoryStore store = new InMemoryStore();
  private final AofTemplate aof = new AofTemplate(store, new DefaultAofRecordConverter());
  private final List<CompletableFuture<Appended>> futures = new ArrayList<>();
  private AnnotationConfigApplicationContext context;
  private JdbcTemplate jdbc;
  private Shop shop;

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  static class Database {

    @Bean
    DataSource dataSource() {
      return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Bean
    PlatformTransactionManager transactions(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
    }

    @Bean
    JdbcTemplate jdbc(DataSource dataSource) {
      return new JdbcTemplate(dataSource);
    }

    @Bean
    Shop shop(JdbcTemplate jdbc) {
      return new Shop(jdbc);
    }
  }

  /** Somebody's service. */
  static class Shop {

    private final JdbcTemplate jdbc;

    Shop(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @Transactional
    public void place(String order, Consumer<String> appending) {
      jdbc.update("insert into orders (id) values (?)", order);
      appending.accept(order);
    }
  }

  @BeforeEach
  void start() {
    context = new AnnotationConfigApplicationContext(Database.class);
    jdbc = context.getBean(JdbcTemplate.class);
    shop = context.getBean(Shop.class);
    jdbc.execute("create table orders (id varchar(50) primary key)");
  }

  @AfterEach
  void stop() {
    context.close();
  }

  private List<String> rows() {
    return jdbc.queryForList("select id from orders order by id", String.class);
  }

  private List<String> appended(String stream) {
    return store.inMemory(stream).requests().stream()
        .map(request -> new String(request.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  private TransactionTemplate transaction(int propagation) {
    TransactionTemplate transaction =
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    transaction.setPropagationBehavior(propagation);
    return transaction;
  }

  private void later(String payload) {
    futures.add(aof.appendAfterCommit("orders", payload));
  }

  private static Throwable failureOf(CompletableFuture<Appended> future) {
    return future.handle((result, failure) -> failure).join();
  }

  private static Consumer<String> failingAfter(Consumer<String> work) {
    return order -> {
      work.accept(order);
      throw new IllegalStateException("not placed");
    };
  }

  @Test
  void appendIsNoPartOfTheTransaction() {
    assertThatThrownBy(
            () ->
                shop.place(
                    "o-1",
                    failingAfter(
                        order -> {
                          aof.append("orders", order);
                          assertThat(appended("orders")).containsExactly("o-1");
                        })))
        .hasMessage("not placed");

    assertThat(rows()).isEmpty();
    assertThat(appended("orders")).containsExactly("o-1");
  }

  @Test
  void appendsAfterTheCommit() {
    List<List<String>> seen = new ArrayList<>();
    shop.place(
        "o-1",
        order -> {
          later(order);
          seen.add(appended("orders"));
          assertThat(futures.get(0)).isNotDone();
        });

    assertThat(seen).containsExactly(List.of());
    assertThat(rows()).containsExactly("o-1");
    assertThat(appended("orders")).containsExactly("o-1");
    assertThat(futures.get(0)).isCompletedWithValueMatching(result -> result.offset() == 0);
  }

  @Test
  void appendsNothingWhenTheTransactionRollsBack() {
    assertThatThrownBy(() -> shop.place("o-1", failingAfter(this::later))).hasMessage("not placed");

    assertThat(rows()).isEmpty();
    assertThat(store.streamNames()).isEmpty();
    assertThat(futures.get(0)).isCancelled();
    shop.place("o-2", this::later);
    assertThat(appended("orders")).containsExactly("o-2");
  }

  @Test
  void keepsTheOrderOfTheCallsAndTheirParts() {
    shop.place(
        "o-1",
        order -> {
          later(order);
          futures.add(aof.appendAfterCommit("audit", "key", order + " placed"));
          var spec = aof.newAppend("second").toStream("orders").withHeader("tenant", "a");
          futures.add(spec.withExtId(7).appendAfterCommit());
          futures.add(spec.withExtId(8).appendAfterCommit());
          later("third");
        });

    assertThat(appended("orders")).containsExactly("o-1", "second", "second", "third");
    assertThat(appended("audit")).containsExactly("o-1 placed");
    assertThat(store.inMemory("audit").requests().get(0).key()).asString().isEqualTo("key");
    List<AppendRequest> orders = store.inMemory("orders").requests();
    assertThat(orders.get(1).headers().lastString("tenant")).contains("a");
    assertThat(orders.get(1).extId()).hasValue(7);
    assertThat(orders.get(2).extId()).hasValue(8);
    assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
  }

  @Test
  void convertsAtTheTimeOfTheCall() {
    Object formless = new Object();
    byte[] bytes = "first".getBytes(StandardCharsets.UTF_8);
    shop.place(
        "o-1",
        order -> {
          assertThatThrownBy(() -> aof.appendAfterCommit("orders", formless))
              .isInstanceOf(AofConversionException.class);
          assertThatIllegalArgumentException()
              .isThrownBy(() -> aof.appendAfterCommit("no such/stream", "payload"));
          futures.add(aof.appendAfterCommit("orders", new String(bytes, StandardCharsets.UTF_8)));
        });

    assertThat(appended("orders")).containsExactly("first");
  }

  @Test
  void failureReachesTheCallerOfTheCommitAndTheRestIsNotTried() {
    AfterCommitAppendException thrown =
        catchThrowableOfType(
            AfterCommitAppendException.class,
            () ->
                shop.place(
                    "o-1",
                    order -> {
                      later(order);
                      futures.add(
                          aof.newAppend("second")
                              .toStream("orders")
                              .expectingOffset(9)
                              .appendAfterCommit());
                      later("third");
                    }));

    assertThat(thrown)
        .hasMessageContaining("transaction is committed")
        .hasMessageContaining("records=3")
        .hasCauseInstanceOf(OffsetConflictException.class);
    assertThat(rows()).containsExactly("o-1");
    assertThat(appended("orders")).containsExactly("o-1");
    assertThat(futures.get(0)).isCompleted();
    assertThat(failureOf(futures.get(1))).isInstanceOf(OffsetConflictException.class);
    assertThat(failureOf(futures.get(2)))
        .isInstanceOf(AfterCommitAppendException.class)
        .hasMessageContaining("not appended, because a record before it was not");
  }

  @Test
  void closedStoreIsToldOfToo() {
    assertThatThrownBy(
            () ->
                shop.place(
                    "o-1",
                    order -> {
                      later(order);
                      store.close();
                    }))
        .isInstanceOf(AfterCommitAppendException.class)
        .hasCauseInstanceOf(StoreClosedException.class);
    assertThat(rows()).containsExactly("o-1");
    assertThat(futures.get(0)).isCompletedExceptionally();
  }

  @Test
  void whatOthersDoAfterTheCommitIsDoneAllTheSame() {
    List<String> done = new ArrayList<>();
    assertThatThrownBy(
            () ->
                shop.place(
                    "o-1",
                    order -> {
                      later(order);
                      store.close();
                      TransactionSynchronizationManager.registerSynchronization(
                          new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                              done.add("mail");
                            }
                          });
                    }))
        .isInstanceOf(AfterCommitAppendException.class);
    assertThat(done).containsExactly("mail");
  }

  private static void afterCommit(Runnable work) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            work.run();
          }
        });
  }

  @Test
  void whatOthersFailToDoAfterTheCommitKeepsNoRecordBack() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                shop.place(
                    "o-1",
                    order -> {
                      afterCommit(
                          () -> {
                            throw new IllegalStateException("no mail");
                          });
                      later(order);
                    }))
        .withMessage("no mail");
    assertThat(rows()).containsExactly("o-1");
    assertThat(appended("orders")).containsExactly("o-1");
    assertThat(futures.get(0)).isCompleted();
  }

  @Test
  void whatIsAskedForAfterTheCommitIsAppendedToo() {
    shop.place("o-1", order -> afterCommit(() -> later("alone")));
    shop.place(
        "o-2",
        order -> {
          later(order);
          afterCommit(() -> later("behind"));
          CompletableFuture<Void> unused = futures.get(1).thenRun(() -> later("by who waited"));
        });

    assertThat(appended("orders")).containsExactly("alone", "o-2", "behind", "by who waited");
    assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
  }

  @Test
  void refusesToWaitWithoutATransaction() {
    assertThatIllegalStateException()
        .isThrownBy(() -> aof.appendAfterCommit("orders", "first"))
        .withMessageContaining("no transaction whose commit could be waited for: stream=orders")
        .withMessageContaining("action=");
    transaction(TransactionDefinition.PROPAGATION_SUPPORTS)
        .executeWithoutResult(
            status ->
                assertThatIllegalStateException()
                    .isThrownBy(() -> aof.appendAfterCommit("orders", "first")));
    assertThat(store.streamNames()).isEmpty();
  }

  @Test
  void innerTransactionOfItsOwnAppendsOnItsOwn() {
    shop.place(
        "o-1",
        order -> {
          later("outer");
          transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
              .executeWithoutResult(status -> later("inner"));
          assertThat(appended("orders")).containsExactly("inner");
        });
    assertThat(appended("orders")).containsExactly("inner", "outer");
  }

  @Test
  void nestedTransactionThatRollsBackTakesItsOwnAppendsBack() {
    TransactionTemplate nested = transaction(TransactionDefinition.PROPAGATION_NESTED);
    shop.place(
        "o-1",
        order -> {
          nested.executeWithoutResult(
              status -> {
                later("undone before any other");
                status.setRollbackOnly();
              });
          later("first");
          nested.executeWithoutResult(status -> later("second"));
          nested.executeWithoutResult(
              status -> {
                later("undone");
                status.setRollbackOnly();
              });
          later("third");
        });

    assertThat(appended("orders")).containsExactly("first", "second", "third");
    assertThat(futures.get(0)).isCancelled();
    assertThat(futures.get(3)).isCancelled();
  }

  @Test
  void rowOfAnOutboxIsRemovedWhenItsRecordIsThere() {
    jdbc.execute("create table outbox (id identity primary key, payload varchar(50))");
    TransactionTemplate apart = transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    Outbox outbox = new Outbox(jdbc, aof, apart);
    List<CompletableFuture<Void>> removals = new ArrayList<>();
    shop.place("o-1", order -> removals.add(outbox.add(order)));
    assertThat(removals.get(0)).isCompleted();
    assertThat(appended("orders")).containsExactly("o-1");
    assertThat(outbox.size()).isZero();

    // The process ends between the commit and the append.
    transaction(TransactionDefinition.PROPAGATION_REQUIRED)
        .executeWithoutResult(status -> outbox.insert("o-2"));
    assertThat(outbox.size()).isOne();
    outbox.relay();

    assertThat(outbox.size()).isZero();
    assertThat(appended("orders")).containsExactly("o-1", "o-2");
    assertThat(store.inMemory("orders").requests())
        .extracting(request -> request.extId().orElse(-1))
        .containsExactly(1L, 2L);
  }

  /** As the guide shows it. */
  static class Outbox {

    private final JdbcTemplate jdbc;
    private final AofOperations aof;
    private final TransactionTemplate apart;

    Outbox(JdbcTemplate jdbc, AofOperations aof, TransactionTemplate apart) {
      this.jdbc = jdbc;
      this.aof = aof;
      this.apart = apart;
    }

    CompletableFuture<Void> add(String payload) {
      long id = insert(payload);
      return aof.newAppend(payload)
          .toStream("orders")
          .withExtId(id)
          .appendAfterCommit()
          .thenAccept(appended -> remove(id));
    }

    long insert(String payload) {
      jdbc.update("insert into outbox (payload) values (?)", payload);
      return jdbc.queryForObject("select max(id) from outbox", Long.class);
    }

    void remove(long id) {
      apart.executeWithoutResult(status -> jdbc.update("delete from outbox where id = ?", id));
    }

    void relay() {
      jdbc.query("select id, payload from outbox order by id", (row, n) -> row.getLong(1))
          .forEach(this::relay);
    }

    private void relay(long id) {
      String payload =
          jdbc.queryForObject("select payload from outbox where id = ?", String.class, id);
      aof.newAppend(payload).toStream("orders").withExtId(id).append();
      remove(id);
    }

    int size() {
      return jdbc.queryForObject("select count(*) from outbox", Integer.class);
    }
  }
}
