package io.bop.aof;

/**
 * A store that is written elsewhere, read from Tier 2. What changes it throws {@link
 * ReadOnlyStoreException}. Thread-safe.
 *
 * <p>It shows what is archived: {@link AofStream#nextOffset()} is the writer's {@link
 * AofStream#archivedOffset()} as it was at the newest look. Segments come when they are read; those
 * that are read again and again are kept in Tier 1, within its budget.
 */
public interface AofFollower extends AofStore {

  /** How far it is, from memory only. */
  FollowerStatus status();

  /**
   * Takes the store over: closes this follower and goes on as the store's writer in the same root,
   * as {@link AofStore#restore} does, with the segments that are here already. Whoever wrote it
   * until now is shut out.
   *
   * @return the store, to be closed by the caller
   * @throws StaleWriterException when somebody else took over at the same moment; the follower is
   *     closed and can be opened again
   */
  AofStore promote();
}
