package io.bop.aof.manifest;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestChunkReader.Step;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecord.Tier2DeleteQueued;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest directory into a ledger: the newest valid snapshot, then the chunks after it.
 * Writes nothing.
 */
public final class ManifestReplay {

  private final Disk disk;
  private final UUID storeId;
  private final ManifestFiles files;
  private final @Nullable ManifestMark mark;
  private final @Nullable ManifestMark shippedMark;
  private final List<SealedChunk> sealed = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private SortedMap<Integer, byte[]> extras = Collections.emptySortedMap();
  private long snapshotRecords;
  private Ledger ledger;
  private @Nullable Tail tail;
  private byte @Nullable [] newestSealed;
  private long nextIndex;
  private ShippedChain shipped = ShippedChain.NONE;

  /**
   * The newest chunk, when it is not sealed.
   *
   * @param header null when not even that is whole; then there are no records
   * @param valid its bytes up to the end of the last valid record
   * @param tornBytes how many follow them
   * @param news whether it holds an {@code UploadDone} or the intent of a delete
   */
  record Tail(
      long index,
      Path path,
      @Nullable ManifestChunkHeader header,
      byte[] valid,
      long tornBytes,
      boolean news) {}

  private ManifestReplay(Disk disk, Path directory, UUID storeId) throws IOException {
    this.disk = disk;
    this.storeId = storeId;
    this.files = ManifestFiles.list(disk, directory);
    this.mark = MarkFile.read(disk, directory.resolve(MarkFile.DURABLE), storeId);
    this.shippedMark = MarkFile.read(disk, directory.resolve(MarkFile.SHIPPED), storeId);
    this.ledger = new Ledger(storeId);
  }

  /**
   * Replays the directory; one that does not exist is an empty store.
   *
   * @throws ManifestDamagedException when a chunk is missing, damaged or of another store
   * @throws UnsupportedFormatException when a newer version wrote a file
   */
  public static ManifestReplay read(Disk disk, Path directory, UUID storeId) throws IOException {
    ManifestReplay replay = new ManifestReplay(disk, directory, storeId);
    replay.run();
    return replay;
  }

  /**
   * Folds one sealed chunk, as it stands in Tier 2, into a ledger that has all earlier ones.
   *
   * @param file named in errors
   * @throws ManifestDamagedException when it is not the whole next chunk of this store; the ledger
   *     is as before
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  public static void applyChunk(Ledger ledger, byte[] bytes, String file) {
    ManifestChunkReader reader = open(bytes, file);
    checkHeader(reader.header(), ledger, file);
    List<ManifestRecord> records = recordsOfWhole(reader, file);
    ledger.beginChunk(reader.header());
    records.forEach(ledger::apply);
  }

  /**
   * Makes sure that a chunk of Tier 2 is whole: only sealed ones are sent, so what ends early there
   * is damage, while the newest of a directory may just be torn.
   *
   * @param file named in errors
   * @throws ManifestDamagedException when it is not
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  public static void requireWhole(byte[] bytes, String file) {
    recordsOfWhole(open(bytes, file), file);
  }

  private static List<ManifestRecord> recordsOfWhole(ManifestChunkReader reader, String file) {
    List<ManifestRecord> records = new ArrayList<>();
    Step step = reader.next();
    for (; step == Step.RECORD; step = reader.next()) {
      records.add(reader.record());
    }
    if (step != Step.END || !reader.sealed()) {
      String reason = step == Step.END ? "chunk is not sealed" : reader.reason();
      throw damaged(file, reader.position(), reason);
    }
    return records;
  }

  private void run() throws IOException {
    long base = loadSnapshot();
    for (Map.Entry<Long, Path> covered : files.chunks().headMap(base).entrySet()) {
      coveredChunk(covered.getKey(), covered.getValue());
    }
    nextIndex = base;
    long expected = base;
    for (Map.Entry<Long, Path> each : files.chunks().tailMap(base).entrySet()) {
      if (each.getKey() != expected) {
        throw missing(expected);
      }
      boolean newest = each.getKey().equals(files.chunks().lastKey());
      chunk(each.getKey(), each.getValue(), newest);
      expected++;
    }
    if (base == 0 && files.chunks().isEmpty() && !files.snapshots().isEmpty()) {
      throw missing(0);
    }
    if (mark != null && mark.chunkIndex() >= Math.max(expected, base)) {
      throw missing(mark.chunkIndex());
    }
    if (shippedMark != null && shippedMark.chunkIndex() < base) {
      shipped = shippedBefore(shippedMark);
    }
  }

  /*
   * The snapshot is newer than what Tier 2 had: what the older one calls archived was there. Where
   * none is old enough nothing is known of offsets, only of chunks.
   */
  private ShippedChain shippedBefore(ManifestMark known) throws IOException {
    for (SealedChunk chunk : sealed) {
      if (chunk.index() == known.chunkIndex() && !isOf(known, chunk.epoch(), chunk.length())) {
        return ShippedChain.NONE;
      }
    }
    for (ManifestFiles.SnapshotFile file : files.snapshots()) {
      Ledger state = file.chunkIndex() <= known.chunkIndex() ? stateOf(file) : null;
      if (state != null) {
        return shipped(known, state);
      }
    }
    return new ShippedChain(known.chunkIndex(), known.length(), Map.of());
  }

  /* Null: it is damaged. */
  private @Nullable Ledger stateOf(ManifestFiles.SnapshotFile file) throws IOException {
    try {
      return Ledger.of(LedgerSnapshot.read(disk, file, storeId));
    } catch (MalformedException e) {
      return null;
    }
  }

  private static boolean isOf(ManifestMark known, long epoch, long length) {
    return known.epoch() == epoch && known.length() == length;
  }

  private static ShippedChain shipped(ManifestMark known, Ledger state) {
    return ShippedChain.of(known.chunkIndex(), known.length(), state);
  }

  /* Bytes that were durable are no torn tail. */
  private void checkDurable(String name, long index, long epoch, long valid, String reason) {
    if (mark == null || mark.chunkIndex() != index) {
      return;
    }
    if (mark.epoch() != epoch) {
      String facts = "chunk of another writer: expected=" + mark.epoch() + " found=" + epoch;
      throw damaged(name, ManifestChunkHeaderCodec.EPOCH_AT, facts);
    }
    if (valid < mark.length()) {
      throw damaged(name, valid, reason + " durableLength=" + mark.length());
    }
  }

  private ManifestDamagedException missing(long index) {
    String ignored = warnings.isEmpty() ? "" : " " + String.join(", ", warnings);
    String file = ObjectKeys.chunkName(index);
    return new ManifestDamagedException(file, 0, "chunk is missing" + ignored, null);
  }

  /* Returns the index of the first chunk that it does not cover. */
  private long loadSnapshot() throws IOException {
    for (ManifestFiles.SnapshotFile file : files.snapshots()) {
      try {
        LedgerImage image = LedgerSnapshot.read(disk, file, storeId);
        fitsChunk(image, file);
        ledger = Ledger.of(image);
        extras = image.extras();
        snapshotRecords = image.totals().records();
        return image.chunkIndex() + 1;
      } catch (MalformedException e) {
        String name = ManifestFiles.nameOf(file.path());
        warnings.add("snapshot ignored: file=" + name + " reason=" + e.getMessage());
      }
    }
    return 0;
  }

  private void fitsChunk(LedgerImage image, ManifestFiles.SnapshotFile file) throws IOException {
    Path chunk = files.chunks().get(file.chunkIndex());
    if (chunk == null) {
      return;
    }
    byte[] bytes = ManifestFiles.read(disk, chunk);
    ManifestChunkHeader header =
        ManifestChunkHeaderCodec.decode(bytes, bytes.length, ManifestFiles.nameOf(chunk));
    ChunkSealed seal = ManifestChunkReader.sealAtEnd(bytes, bytes.length);
    if (seal == null
        || seal.crc32c() != image.chunkCrc()
        || header.epoch() != image.chunkEpoch()
        || header.chunkIndex() != image.chunkIndex()) {
      throw new MalformedException(0, "snapshot is of another chunk");
    }
  }

  /*
   * A snapshot stands for the chunk here, and not in Tier 2: as long as the file is kept, it may
   * not have been sent. Damage to it does not concern this store's own state.
   */
  private void coveredChunk(long index, Path path) throws IOException {
    String name = ManifestFiles.nameOf(path);
    byte[] bytes = ManifestFiles.read(disk, path);
    try {
      ManifestChunkReader reader = new ManifestChunkReader(bytes, bytes.length, name);
      boolean news = false;
      long records = 0;
      Step step = reader.next();
      for (; step == Step.RECORD; step = reader.next()) {
        records++;
        news |= isNews(reader.record());
      }
      boolean whole = step == Step.END && reader.sealed();
      if (whole && reader.header().chunkIndex() == index && isOurs(reader.header())) {
        sealed.add(sealedChunk(reader.header(), path, bytes, records, news));
        return;
      }
      warnings.add("chunk before the snapshot is damaged: file=" + name);
    } catch (MalformedException e) {
      warnings.add("chunk before the snapshot is damaged: file=" + name + " " + e.getMessage());
    }
  }

  private boolean isOurs(ManifestChunkHeader header) {
    return header.storeId().equals(storeId);
  }

  private static boolean isNews(ManifestRecord record) {
    return record instanceof UploadDone || record instanceof Tier2DeleteQueued;
  }

  private void chunk(long index, Path path, boolean newest) throws IOException {
    String name = ManifestFiles.nameOf(path);
    byte[] bytes = content(path, name);
    if (newest && isTornCreation(bytes, name)) {
      checkDurable(name, index, mark == null ? 0 : mark.epoch(), 0, "chunk header is damaged");
      tail = new Tail(index, path, null, new byte[0], bytes.length, false);
      nextIndex = index;
      return;
    }
    ManifestChunkReader reader = open(bytes, name);
    checkHeader(reader.header(), ledger, name);
    if (reader.header().chunkIndex() != index) {
      throw damaged(name, ManifestChunkHeaderCodec.CHUNK_INDEX_AT, "chunk has another index");
    }
    ledger.beginChunk(reader.header());
    boolean news = false;
    long records = 0;
    Step step = reader.next();
    for (; step == Step.RECORD; step = reader.next()) {
      ManifestRecord record = reader.record();
      ledger.apply(record);
      records++;
      news |= isNews(record);
    }
    nextIndex = index + 1;
    String ending = step == Step.END ? "chunk is cut off" : reader.reason();
    checkDurable(name, index, reader.header().epoch(), reader.validLength(), ending);
    if (step == Step.END && reader.sealed()) {
      SealedChunk chunk = sealedChunk(reader.header(), path, bytes, records, news);
      sealed.add(chunk);
      if (shippedMark != null
          && shippedMark.chunkIndex() == index
          && isOf(shippedMark, chunk.epoch(), chunk.length())) {
        shipped = shipped(shippedMark, ledger);
      }
      newestSealed = newest ? bytes : null;
      return;
    }
    boolean complete = ManifestChunkReader.sealAtEnd(bytes, bytes.length) != null;
    if (step == Step.BAD || !newest || complete) {
      String reason = step == Step.END ? "chunk is not sealed" : reader.reason();
      throw damaged(name, reader.position(), reason);
    }
    int valid = reader.validLength();
    byte[] prefix = Arrays.copyOf(bytes, valid);
    tail = new Tail(index, path, reader.header(), prefix, bytes.length - (long) valid, news);
  }

  private byte[] content(Path path, String name) throws IOException {
    try {
      return ManifestFiles.read(disk, path);
    } catch (MalformedException e) {
      throw new ManifestDamagedException(name, e.position(), String.valueOf(e.getMessage()), e);
    }
  }

  /*
   * A chunk gets its name only with a whole header, but a disk that loses the order of things can
   * leave less. Without a byte behind the header there was no record to lose.
   */
  private static boolean isTornCreation(byte[] bytes, String name) {
    if (bytes.length > ManifestChunkHeaderCodec.SIZE) {
      return false;
    }
    try {
      ManifestChunkHeaderCodec.decode(bytes, bytes.length, name);
      return false;
    } catch (MalformedException e) {
      return true;
    }
  }

  private static ManifestChunkReader open(byte[] bytes, String name) {
    try {
      return new ManifestChunkReader(bytes, bytes.length, name);
    } catch (MalformedException e) {
      throw new ManifestDamagedException(name, e.position(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkHeader(ManifestChunkHeader header, Ledger ledger, String name) {
    if (!header.storeId().equals(ledger.storeId())) {
      String reason =
          "chunk of another store: expected=" + ledger.storeId() + " found=" + header.storeId();
      throw damaged(name, ManifestChunkHeaderCodec.STORE_ID_AT, reason);
    }
    if (header.baseOrdinal() != ledger.records()) {
      String reason =
          "chunk does not follow: expected=" + ledger.records() + " found=" + header.baseOrdinal();
      throw damaged(name, ManifestChunkHeaderCodec.BASE_ORDINAL_AT, reason);
    }
    if (header.epoch() < ledger.epoch()) {
      String reason = "epoch went back: expected=" + ledger.epoch() + " found=" + header.epoch();
      throw damaged(name, ManifestChunkHeaderCodec.EPOCH_AT, reason);
    }
  }

  private static ManifestDamagedException damaged(String name, long position, String reason) {
    return new ManifestDamagedException(name, position, reason, null);
  }

  private static SealedChunk sealedChunk(
      ManifestChunkHeader header, Path path, byte[] bytes, long records, boolean news) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    ChunkSealed seal = ManifestChunkReader.sealAtEnd(bytes, bytes.length);
    return new SealedChunk(
        header.chunkIndex(),
        header.epoch(),
        header.baseOrdinal(),
        records,
        bytes.length,
        seal == null ? 0 : seal.crc32c(),
        (int) crc.getValue(),
        path,
        news);
  }

  /** The state; whoever has the replay may go on applying records to it. */
  public Ledger ledger() {
    return ledger;
  }

  /** The sealed chunks that are here, oldest first; those that the snapshot stands for too. */
  public List<SealedChunk> sealedChunks() {
    return Collections.unmodifiableList(sealed);
  }

  /** What was known to be in Tier 2; a mark that does not fit the chunks counts for nothing. */
  public ShippedChain shipped() {
    return shipped;
  }

  /** Index of the next chunk; that of the newest one when it is too torn to count. */
  public long nextChunkIndex() {
    return nextIndex;
  }

  /** Bytes behind the last valid record of the newest chunk. */
  public long tornBytes() {
    Tail torn = tail;
    return torn == null ? 0 : torn.tornBytes();
  }

  /** Records read from chunks, those that a snapshot stood for left out. */
  public long replayedRecords() {
    return ledger.records() - snapshotRecords;
  }

  /** Bytes of others in the snapshot, by number; empty without one. */
  public SortedMap<Integer, byte[]> extras() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(extras));
  }

  /** Snapshots that were ignored, and why. */
  public List<String> warnings() {
    return Collections.unmodifiableList(warnings);
  }

  /** Whether there was no chunk and no snapshot. */
  public boolean isEmpty() {
    return files.chunks().isEmpty() && files.snapshots().isEmpty();
  }

  @Nullable Tail tail() {
    return tail;
  }

  /** Bytes of the newest chunk, when that is sealed and was read. */
  byte @Nullable [] newestSealed() {
    return newestSealed;
  }

  ManifestFiles files() {
    return files;
  }
}
