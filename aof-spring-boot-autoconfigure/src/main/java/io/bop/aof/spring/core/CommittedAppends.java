package io.bop.aof.spring.core;

import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Appends of one template that wait for the commit of one transaction. Needs spring-tx. Confined to
 * the thread of the transaction.
 */
final class CommittedAppends implements TransactionSynchronization {

  /*
   * Each append begins when the one before has its place, so that records get the order of the
   * calls, and all of them are waited for at the end, so that they share the disk's forces. After
   * one that was refused, none of the rest is tried: a later record without the earlier one would
   * be worse than neither.
   */

  private record Waiting(
      String stream, AppendRequest request, CompletableFuture<Appended> future) {}

  private record Begun(Waiting append, CompletableFuture<Appended> result) {}

  private final AofTemplate template;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<Object, Integer> savepoints = new HashMap<>();

  private CommittedAppends(AofTemplate template) {
    this.template = template;
  }

  /**
   * Appends when the current transaction has committed.
   *
   * @throws IllegalStateException when there is none
   */
  static CompletableFuture<Appended> add(
      AofTemplate template, String stream, AppendRequest request) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()
        || !TransactionSynchronizationManager.isSynchronizationActive()) {
      throw new IllegalStateException(
          "no transaction whose commit could be waited for: stream="
              + stream
              + " action=call this within a transaction of this thread, or append at once");
    }
    Waiting append = new Waiting(stream, request, new CompletableFuture<>());
    ofTransaction(template).waiting.add(append);
    return append.future();
  }

  private static CommittedAppends ofTransaction(AofTemplate template) {
    for (TransactionSynchronization each :
        TransactionSynchronizationManager.getSynchronizations()) {
      if (each instanceof CommittedAppends appends && appends.template == template) {
        return appends;
      }
    }
    CommittedAppends appends = new CommittedAppends(template);
    TransactionSynchronizationManager.registerSynchronization(appends);
    return appends;
  }

  /**
   * What throws after the commit keeps those behind it from being called. So the appends go to the
   * end of the line, behind all who are in it by now.
   */
  @Override
  public void beforeCommit(boolean readOnly) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            appendAll();
          }
        });
  }

  @Override
  public void savepoint(Object savepoint) {
    savepoints.put(savepoint, waiting.size());
  }

  /** A savepoint that is not known was set before the first append. */
  @Override
  public void savepointRollback(Object savepoint) {
    List<Waiting> undone = waiting.subList(savepoints.getOrDefault(savepoint, 0), waiting.size());
    undone.forEach(append -> append.future().cancel(false));
    undone.clear();
  }

  private void appendAll() {
    // Who waits for a future may ask for more: that is appended later, see afterCompletion.
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    List<Begun> begun = new ArrayList<>();
    Throwable failure = null;
    for (Waiting append : all) {
      CompletableFuture<Appended> result = failure == null ? begin(append) : null;
      if (result != null) {
        begun.add(new Begun(append, result));
        failure = failureOf(result);
      } else {
        append.future().completeExceptionally(notTried(append.stream(), failure));
      }
    }
    for (Begun each : begun) {
      Throwable met = settle(each);
      failure = failure == null ? met : failure;
    }
    if (failure != null) {
      throw new AfterCommitAppendException(
          "transaction is committed, but not all of its records are appended: records="
              + all.size()
              + " action=do not repeat the transaction; append again what the futures say is"
              + " missing",
          failure);
    }
  }

  private CompletableFuture<Appended> begin(Waiting append) {
    try {
      return template.appendLater(append.stream(), append.request().toBuilder());
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /* Null: it has its place, and may still fail to become durable. */
  private static @Nullable Throwable failureOf(CompletableFuture<Appended> result) {
    if (!result.isCompletedExceptionally()) {
      return null;
    }
    try {
      result.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
  }

  private static @Nullable Throwable settle(Begun each) {
    CompletableFuture<Appended> future = each.append().future();
    try {
      future.complete(each.result().join());
      return null;
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      future.completeExceptionally(cause);
      return cause;
    }
  }

  private static AfterCommitAppendException notTried(String stream, @Nullable Throwable failure) {
    return new AfterCommitAppendException(
        "not appended, because a record before it was not: stream=" + stream, failure);
  }

  /**
   * What is left: all of a transaction that did not commit; of one that did, what was asked for
   * after the commit, and what somebody else's failure after the commit kept from being appended.
   * Spring logs what is thrown from here, and the futures say it.
   */
  @Override
  public void afterCompletion(int status) {
    if (status == STATUS_COMMITTED) {
      appendAll();
    }
    waiting.forEach(append -> append.future().cancel(false));
    waiting.clear();
  }
}
