package io.bop.aof.manifest;

import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.ManifestRecord.StreamTruncated;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of the manifest. Confined to one thread, the coordinator's.
 *
 * <p>A record is checked against the invariants, folded into the ledger and buffered by {@link
 * #append}; it is durable when {@link #force} has returned.
 */
public final class ManifestLog implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ManifestLog.class);

  private final Host host;
  private final Path directory;
  private final Ledger ledger;
  private final int chunkSize;
  private final long epoch;
  private final MarkFile mark;
  private final MarkFile shipped;
  private final SpareChunk spare;
  private ChunkFile chunk;
  private @Nullable ChunkFile sealing;
  private boolean rotating;
  private @Nullable ManifestFailedException failure;
  private boolean makesRoom;
  private boolean closed;

  /**
   * Begins with a new chunk, whose file is created by the first write.
   *
   * @param ledger the state after all earlier chunks
   * @param chunkSize bytes at which a chunk should be sealed
   * @param epoch of this writer
   * @param chunkIndex of the first chunk
   */
  ManifestLog(
      Host host, Path directory, Ledger ledger, int chunkSize, long epoch, long chunkIndex) {
    this.host = host;
    this.directory = directory;
    this.ledger = ledger;
    this.chunkSize = chunkSize;
    this.epoch = epoch;
    this.mark = new MarkFile(host.disk(), directory, MarkFile.DURABLE);
    this.shipped = new MarkFile(host.disk(), directory, MarkFile.SHIPPED);
    this.spare = new SpareChunk(host.disk(), directory, chunkSize);
    this.chunk = begin(chunkIndex);
  }

  private ChunkFile begin(long chunkIndex) {
    ManifestChunkHeader header =
        new ManifestChunkHeader(ledger.storeId(), chunkIndex, ledger.records(), epoch);
    ledger.beginChunk(header);
    return new ChunkFile(host.disk(), directory, header);
  }

  /** The state with everything appended so far. */
  public Ledger ledger() {
    return ledger;
  }

  /** Epoch in the headers of the chunks that this writer begins. */
  public long epoch() {
    return epoch;
  }

  /** The chunk that the next record goes to. */
  public long chunkIndex() {
    return chunk.header().chunkIndex();
  }

  /** Bytes in that chunk. */
  public long chunkBytes() {
    return chunk.size();
  }

  /** Records of the store so far, seals of chunks included. */
  public long records() {
    return ledger.records();
  }

  /** Why the log takes no more records; null while it does. */
  public @Nullable ManifestFailedException failure() {
    return failure;
  }

  /**
   * Adds a record. It counts in the ledger at once and is durable after the next {@link #force}.
   *
   * @throws InvariantException when it breaks an invariant, or announces an epoch that is not this
   *     writer's; nothing was changed
   * @throws ManifestFailedException when the log has failed
   */
  public void append(ManifestRecord record) {
    checkUsable();
    if (record instanceof ChunkSealed) {
      throw new IllegalArgumentException("only the log itself seals a chunk");
    }
    if (record instanceof WriterEpoch r && r.epoch() != epoch) {
      String facts = "record=WriterEpoch epoch=" + r.epoch() + " expected=" + epoch;
      throw new InvariantException(Invariant.EPOCHS_RISE, facts);
    }
    LedgerInvariants.check(ledger, record);
    chunk.append(record);
    ledger.apply(record);
    makesRoom |= record instanceof StreamTruncated || record instanceof StreamDeleted;
  }

  /** Gives what was appended to the operating system: it survives the process, not the machine. */
  public void flush() throws IOException {
    checkUsable();
    if (sealing == null) {
      attempt(chunk::write);
      makesRoom = false;
    }
  }

  /**
   * Makes everything appended so far durable.
   *
   * @throws NoSpaceException when the disk is full; calling again when there is room is fine
   * @throws ManifestFailedException when the disk refuses, for a new file too; the log is over
   */
  public void force() throws IOException {
    checkUsable();
    ChunkFile ended = sealing;
    if (ended != null) {
      attempt(() -> forceMarked(ended));
    }
    attempt(() -> forceMarked(chunk));
    makesRoom = false;
  }

  /**
   * Makes the spare chunk if it is not whole: a file that shrinks when the disk is full, so that a
   * few more records find room. The last of it is kept for those that make room themselves, by
   * removing a stream or the beginning of one. Never fails; it is tried again at the next call.
   *
   * @param reserveBytes to be left free beside it
   */
  public void prepareSpare(long reserveBytes) {
    if (failure == null && !closed) {
      spare.prepare(reserveBytes);
    }
  }

  /** Whether the spare chunk should be made whole, as soon as there is room. */
  public boolean isSpareMissing() {
    return failure == null && !closed && spare.isMissing();
  }

  /** Whether the chunk has its size, or an earlier {@link #rotate} did not come to its end. */
  public boolean shouldRotate() {
    return rotating || chunk.size() >= chunkSize;
  }

  /** Whether records wait in an unsealed chunk that Tier 2 must hear of. */
  public boolean hasUnsealedNewsForTier2() {
    return chunk.hasNewsForTier2() || (sealing != null && sealing.hasNewsForTier2());
  }

  /** Whether the current chunk has no record yet. */
  public boolean isChunkEmpty() {
    return chunk.records() == 0;
  }

  /**
   * Seals the chunk durably and begins the next one. A snapshot can be taken until the next {@link
   * #append}. When it throws, call it again later to go on; records may be appended meanwhile.
   *
   * @throws NoSpaceException as {@link #force}
   * @throws ManifestFailedException as {@link #force}
   */
  public SealedChunk rotate() throws IOException {
    checkUsable();
    rotating = true;
    ChunkFile ended = sealing;
    if (ended == null) {
      // A seal says that the chunk was complete. It must not survive a power loss without the rest.
      attempt(() -> forceMarked(chunk));
      ended = chunk;
      ledger.apply(ended.seal(host.time().wallMicros()));
      sealing = ended;
      chunk = begin(ended.header().chunkIndex() + 1);
    }
    ChunkFile full = ended;
    attempt(() -> forceMarked(full));
    ended.close();
    sealing = null;
    rotating = false;
    try {
      chunk.create();
    } catch (IOException e) {
      /* The next force tries again; what was sealed is safe and must be handed on. */
      log.warn("next manifest chunk could not be created yet: file={}", chunk.path(), e);
    }
    return ended.sealed();
  }

  /** Remembers that this chunk is in Tier 2, with all before it. Never fails. */
  public void markShipped(SealedChunk sent) {
    if (!closed) {
      shipped.write(new ManifestMark(ledger.storeId(), sent.index(), sent.epoch(), sent.length()));
    }
  }

  private void forceMarked(ChunkFile target) throws IOException {
    if (target.force()) {
      mark.write(
          new ManifestMark(ledger.storeId(), target.header().chunkIndex(), epoch, target.forced()));
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void attempt(Step step) throws IOException {
    try {
      runWithSpare(step);
    } catch (ManifestFailedException e) {
      failure = e;
      throw e;
    }
  }

  private void runWithSpare(Step step) throws IOException {
    while (true) {
      try {
        step.run();
        return;
      } catch (NoSpaceException e) {
        if (!(spare.release() || (makesRoom && spare.releaseLast()))) {
          throw e;
        }
      }
    }
  }

  private void checkUsable() {
    if (failure != null) {
      throw new ManifestFailedException(failure.file(), failure);
    }
    if (closed) {
      throw new IllegalStateException("manifest log is closed: directory=" + directory);
    }
  }

  /** Forces what was appended and closes the file; the next open seals the chunk. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try {
      if (failure == null) {
        force();
      }
    } finally {
      closed = true;
      mark.close();
      shipped.close();
      chunk.close();
      if (sealing != null) {
        sealing.close();
      }
    }
  }
}
