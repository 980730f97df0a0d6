package io.bop.aof.proofs;

import io.bop.aof.proofs.Mutant.Change;
import java.util.ArrayList;
import java.util.List;

/** What is broken on purpose, and which proof must see it. */
final class MutantList {

  private static final String HOT_SEGMENT = "io/bop/aof/segment/HotSegment.java";
  private static final String COMMIT_TABLE = "io/bop/aof/segment/CommitTable.java";
  private static final String LEASE_COUNT = "io/bop/aof/segment/LeaseCount.java";
  private static final String WAIT_SET = "io/bop/aof/tier0/WaitSet.java";
  private static final String SEGMENT_CHAIN = "io/bop/aof/tier0/SegmentChain.java";
  private static final String HOT_STREAM = "io/bop/aof/tier0/HotStream.java";
  private static final String GROUP_COMMIT = "io/bop/aof/tier0/GroupCommit.java";
  private static final String SLOT_POOL = "io/bop/aof/tier0/SlotPool.java";
  private static final String HOT_COPY = "io/bop/aof/tier0/HotCopy.java";
  private static final String INBOX = "io/bop/aof/coordinator/Inbox.java";
  private static final String FRAME_LANE = "io/bop/aof/read/FrameLane.java";

  private final List<Mutant> mutants = new ArrayList<>();

  private MutantList() {}

  /** All of them. */
  static List<Mutant> all() {
    MutantList list = new MutantList();
    list.claims();
    list.prefix();
    list.table();
    list.leases();
    list.waiters();
    list.rolls();
    list.groupCommit();
    list.leaders();
    list.slots();
    list.others();
    return List.copyOf(list.mutants);
  }

  private void add(String name, String file, String proofs, String... fromTo) {
    add(name, file, proofs, false, fromTo);
  }

  /* Only weaker in the order of memory accesses. */
  private void weaker(String name, String file, String proofs, String... fromTo) {
    add(name, file, proofs, true, fromTo);
  }

  private void add(String name, String file, String proofs, boolean order, String... fromTo) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < fromTo.length; i += 2) {
      changes.add(new Change(fromTo[i], fromTo[i + 1]));
    }
    mutants.add(new Mutant(name, file, changes, proofs, order));
  }

  private void claims() {
    add(
        "a claim is a read and a store",
        HOT_SEGMENT,
        "Claim|ExpectedOffset|LastRoom",
        "if (WORD.compareAndSet(words, TAIL, tail, tail + delta)) {",
        "WORD.setVolatile(words, TAIL, tail + delta); if (true) {");
    add(
        "a record that does not fit does not trip",
        HOT_SEGMENT,
        "LastRoom",
        "WORD.compareAndSet(words, TAIL, tail, tail | TRIPPED);\n        continue;",
        "return NO_ROOM;");
    add(
        "a trip is a read and a store",
        HOT_SEGMENT,
        "TripProof",
        "while (tail >= 0 && !WORD.compareAndSet(words, TAIL, tail, tail | TRIPPED));",
        "while (tail >= 0 && !(boolean) set(tail | TRIPPED));",
        "  /** Lets no more records in. */",
        "  private boolean set(long t) { WORD.setVolatile(words, TAIL, t); return true; }");
  }

  private void prefix() {
    add(
        "no second look behind the moved prefix",
        HOT_SEGMENT,
        "PrefixProof",
        "committed = moved;",
        "return;");
    add(
        "no fence before looking at the prefix again",
        HOT_SEGMENT,
        "PrefixProof",
        "VarHandle.fullFence();",
        "");
    add(
        "a record is committed before its bytes are written",
        HOT_SEGMENT,
        "VisibleBytes",
        "record.write(bytes(), position, baseOffset + index, salt);",
        "commit(index, position + record.paddedSize());"
            + "record.write(bytes(), position, baseOffset + index, salt);");
    weaker(
        "the entry is stored without release",
        COMMIT_TABLE,
        "VisibleBytes",
        "ENTRY.setRelease(",
        "ENTRY.set(");
    add(
        "the prefix passes holes",
        HOT_SEGMENT,
        "HoleProof",
        "if (recordEnd == 0) {\n          break;\n        }",
        "if (recordEnd == 0) { i++; continue; }");
    add(
        "a batch stores its entries from first to last",
        HOT_STREAM,
        "BatchProof",
        """
        for (int i = records.length - 1; i > 0; i--) {
                segment.commitLater(first + i, position);
                position -= records[i].paddedSize();
              }
              segment.commit(first, position);""",
        """
        position = HotSegment.positionOf(claim);
              for (int i = 0; i < records.length; i++) {
                position += records[i].paddedSize();
                segment.commit(first + i, position);
              }""");
  }

  private void table() {
    add(
        "a page is installed by a store",
        COMMIT_TABLE,
        "TableGrowth",
        "if (!PAGE.compareAndSet(pages, number, null, page)) {",
        "PAGE.setVolatile(pages, number, page); if (false) {");
    add(
        "a mapping ends without waiting for its leases",
        HOT_SEGMENT,
        "ReuseProof",
        "leases.retire(\n        () -> {\n          mapping().close();",
        "mapping().close();\n    leases.retire(\n        () -> {");
    add(
        "a table gives its pages back without waiting for the leases",
        HOT_SEGMENT,
        "ReuseProof",
        "leases.retire(\n        () -> {\n          mapping().close();",
        "table.release(); whenUnused.run(); leases.retire(() -> { mapping().close();",
        "table.release();\n          whenUnused.run();",
        "");
  }

  private void leases() {
    add(
        "a lease is taken by a read and a store",
        LEASE_COUNT,
        "LeaseEnd",
        "if (COUNT.compareAndSet(this, current, current + 1)) {",
        "count = current + 1; if (true) {");
    add(
        "a lease comes back by a read and a store",
        LEASE_COUNT,
        "LastLease",
        "int before = (int) COUNT.getAndAdd(this, -1);",
        "int before = count; count = before - 1;");
    add(
        "the action is set after the end was wanted",
        LEASE_COUNT,
        "LeaseEnd",
        """
        if (!WHEN_UNUSED.compareAndSet(this, null, action)) {
              return false;
            }
            int before = (int) COUNT.getAndBitwiseOr(this, RETIRED);
        """,
        """
        int before = (int) COUNT.getAndBitwiseOr(this, RETIRED);
            if (!WHEN_UNUSED.compareAndSet(this, null, action)) {
              return false;
            }
        """);
    weaker(
        "a lease comes back without release",
        LEASE_COUNT,
        "LastLease",
        "COUNT.getAndAdd(this, -1)",
        "COUNT.getAndAddAcquire(this, -1)");
    add(
        "a copy is opened without a lease",
        HOT_COPY,
        "HotCopy",
        "if (!leases.tryAcquire()) {\n      return null;\n    }",
        "");
  }

  private void waiters() {
    add(
        "a waiter does not look again after it registered",
        WAIT_SET,
        "HandOver",
        "if (done.getAsBoolean()) {\n            waiter.woken = true;",
        "if (false) {\n            waiter.woken = true;");
    add(
        "a waiter registers without a fence",
        WAIT_SET,
        "HandOver",
        "while (!head.compareAndSet(old, waiter));",
        "while (!set(waiter));",
        "  private static @Nullable Waiter firstLive(",
        "  private boolean set(Waiter w) { head.setRelease(w); return true; }\n"
            + "  private static @Nullable Waiter firstLive(");
    add(
        "the prefix moves by a release store, no fence before the look for waiters",
        HOT_SEGMENT,
        "HandOver",
        "if (WORD.compareAndSet(words, COMMITTED, committed, moved)) {",
        "WORD.setRelease(words, COMMITTED, moved); if (true) {");
    add(
        "the list of waiters is taken by a read and a store",
        WAIT_SET,
        "WaiterList",
        "head.getAndSet(null);",
        "head.get(); head.set(null);");
    add(
        "pruning drops those who still wait",
        WAIT_SET,
        "WaiterList",
        "waiter.below = firstLive(old);",
        "waiter.below = null;");
  }

  private void rolls() {
    add(
        "a successor is linked by a store",
        HOT_SEGMENT,
        "RollOver",
        "return NEXT.compareAndSet(this, null, successor);",
        "next = successor; return true;");
    add(
        "the slot of the successor that lost is not given back",
        SEGMENT_CHAIN,
        "RollOver",
        "context.slots().giveBack(slot);",
        "");
    add(
        "waiters are woken before a slot may be asked for again",
        SEGMENT_CHAIN,
        "RollRequest",
        "requested.set(false);\n        stream.waits().wakeAll();",
        "stream.waits().wakeAll(); requested.set(false);");
    add(
        "a late helper does not look whether the segment was forgotten",
        SEGMENT_CHAIN,
        "Forget",
        "if (following.isForgotten()) {",
        "if (false) {");
  }

  private void groupCommit() {
    add(
        "leadership is taken by a read and a store",
        GROUP_COMMIT,
        "GroupCommit",
        "if (broken == null && leading.compareAndSet(false, true)) {\n          lead();",
        "if (broken == null && !leading.get()) { leading.set(true);\n          lead();");
    add(
        "leadership ends after the hand-over",
        GROUP_COMMIT,
        "GroupCommit",
        "leading.set(false);\n      handOver();",
        "handOver(); leading.set(false);");
    add(
        "a follower does not look whether somebody still leads",
        GROUP_COMMIT,
        "GroupCommit",
        "&& failure == null && isOthersTurn()) {",
        "&& failure == null) {");
    add(
        "a completion does not look whether somebody leads",
        GROUP_COMMIT,
        "Completion",
        "if (!leading.get()) {\n      request();\n    }\n  }\n\n  /** Has a flush",
        "}\n\n  /** Has a flush");
    add(
        "a flush that finds a leader is dropped",
        GROUP_COMMIT,
        "FlushRequest",
        "again = true;\n      if (!leading.get()) {\n        request();\n      }",
        "");
  }

  private void leaders() {
    add(
        "a leader that put waiters back does not look again",
        GROUP_COMMIT,
        "Leaders",
        "looked = !othersWait || durable == durableOffset && reason == failure;",
        "looked = true;");
  }

  private void slots() {
    add(
        "the worker says that it has gone after its last look",
        SLOT_POOL,
        "SlotRequest",
        """
        scheduled.set(false);
            try {
              boolean more = true;
              while (more && !closed) {
                more = serveOne();
              }""",
        """
        try {
              boolean more = true;
              while (more && !closed) {
                more = serveOne();
              }
              scheduled.set(false);""");
    add(
        "a slot that comes back unused is not told to the worker",
        SLOT_POOL,
        "Shelf",
        "shelf(SizeClass.of(slot.slot().size())).add(slot);\n    schedule();",
        "shelf(SizeClass.of(slot.slot().size())).add(slot);");
  }

  private void others() {
    add(
        "the inbox is marked free after its last look",
        INBOX,
        "Inbox",
        "scheduled.set(false);\n    try {",
        "try {",
        "// After an error too: somebody may wait for a step behind the one that met it.\n"
            + "      if (!steps.isEmpty()) {\n        schedule();\n      }",
        "scheduled.set(false);");
    add(
        "a lane looks for its reader before it is done",
        FRAME_LANE,
        "FrameLaneProof",
        "if (!state.compareAndSet(State.RUNNING, State.DONE)) {\n      release();\n    }\n"
            + "    Thread thread = waiter;",
        "Thread thread = waiter;"
            + " if (!state.compareAndSet(State.RUNNING, State.DONE)) {\n      release();\n    }");
    add(
        "a lane is closed by a read and a store",
        FRAME_LANE,
        "FrameLaneClose",
        "if (state.getAndSet(State.CLOSED) != State.RUNNING) {",
        "State was = state.get(); state.set(State.CLOSED); if (was != State.RUNNING) {");
  }
}
