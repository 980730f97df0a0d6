package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two claimants need the same new page of the commit table: both write to the one that stays, and
 * the page that lost goes back to the pool.
 */
@JCStressTest
@Outcome(id = "8, 16, 0", expect = ACCEPTABLE, desc = "both entries are there")
@Outcome(expect = FORBIDDEN, desc = "an entry is lost with a page that was replaced")
@State
public class TableGrowthProof {

  private final CommitTablePool pool = new CommitTablePool(1 << 20);
  private final CommitTable table = new CommitTable(pool, 2 * CommitTablePool.PAGE_ENTRIES);

  /** One claimant. */
  @Actor
  public void one() {
    table.prepare(CommitTablePool.PAGE_ENTRIES);
    table.commit(CommitTablePool.PAGE_ENTRIES, 8);
  }

  /** Another one. */
  @Actor
  public void other() {
    table.prepare(CommitTablePool.PAGE_ENTRIES + 1);
    table.commit(CommitTablePool.PAGE_ENTRIES + 1, 16);
  }

  /** Looks at the entries, and at what is in the pool. */
  @Arbiter
  public void entries(III_Result r) {
    r.r1 = table.end(CommitTablePool.PAGE_ENTRIES);
    r.r2 = table.end(CommitTablePool.PAGE_ENTRIES + 1);
    int[] page = pool.take();
    r.r3 = page[0] == 0 && page[1] == 0 ? 0 : 9;
  }
}
