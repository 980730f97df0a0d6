package io.bop.aof.recovery;

import io.bop.aof.AofException;
import io.bop.aof.CorruptionException;
import io.bop.aof.SegmentState;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.Tier;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SizeClass;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier0.SlotQuarantine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what the slots hold and makes unsealed segments whole. Used once, at open, before
 * anything else runs.
 */
public final class Tier0Recovery {

  /*
   * A scan sees the page cache, not the disk: a force that failed earlier leaves clean pages that
   * were never written. So what is kept beyond the recorded durable position is written once more,
   * and only then forced and sealed. What lies behind a gap is set aside before the seal is
   * recorded.
   */
  private static final Logger log = LoggerFactory.getLogger(Tier0Recovery.class);
  private static final int COPY_SIZE = 256 * 1024;
  private static final String SUFFIX = ".seg";
  private static final String TEMPORARY = ".tmp";

  private final Host host;
  private final Path directory;
  private final ManifestLog manifest;
  private final Ledger ledger;
  private final SlotPool slots;
  private final HotSet hotSet;
  private final RecoveryFindings findings;
  private final Map<Long, List<FoundSlot>> unsealed = new HashMap<>();
  private final Map<Long, Long> highestIds = new HashMap<>();
  private final Set<Long> present = new HashSet<>();
  private final Set<Long> readable = new HashSet<>();

  /** A recovery of the slots in {@code directory}. */
  public Tier0Recovery(
      Host host,
      Path directory,
      ManifestLog manifest,
      SlotPool slots,
      HotSet hotSet,
      RecoveryFindings findings) {
    this.host = host;
    this.directory = directory;
    this.manifest = manifest;
    this.ledger = manifest.ledger();
    this.slots = slots;
    this.hotSet = hotSet;
    this.findings = findings;
  }

  /** Recovers all streams; the manifest is not forced yet. */
  public Map<Long, RecoveredStream> run() throws IOException {
    for (Path file : host.disk().list(directory)) {
      look(file);
    }
    Map<Long, RecoveredStream> recovered = new HashMap<>();
    for (StreamLedger stream : ledger.streams()) {
      if (!stream.deleted()) {
        recovered.put(stream.streamId(), recover(stream));
      }
    }
    reportMissing();
    slots.trim();
    return recovered;
  }

  // ---- what there is

  private void look(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(TEMPORARY)) {
      host.disk().deleteIfExists(file);
      return;
    }
    OptionalLong number = slotNumber(name);
    if (number.isEmpty()) {
      return;
    }
    slots.skipNumber(number.getAsLong());
    long size = host.disk().size(file);
    Slot slot = new Slot(number.getAsLong(), file, size);
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    SegmentHeader header = readHeader(slot, page);
    if (header == null || header.fileSize() != size || !header.storeId().equals(storeId())) {
      quarantine(slot, header == null ? "no valid header" : "foreign or of another size");
      return;
    }
    readable.add(slot.number());
    classify(slot, header, page);
  }

  private UUID storeId() {
    return ledger.storeId();
  }

  static OptionalLong slotNumber(String name) {
    if (!name.endsWith(SUFFIX)) {
      return OptionalLong.empty();
    }
    String digits = name.substring(0, name.length() - SUFFIX.length());
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(digits));
  }

  private @Nullable SegmentHeader readHeader(Slot slot, byte[] page) throws IOException {
    if (slot.size() < page.length) {
      return null;
    }
    try (DiskFile file = host.disk().openForRead(slot.file())) {
      file.readFully(0, page, 0, page.length);
      return SegmentHeaderCodec.decode(page, slot.file().toString());
    } catch (UnsupportedFormatException e) {
      throw e;
    } catch (MalformedException e) {
      log.warn("slot has no valid header: file={} reason={}", slot.file(), e.getMessage());
      return null;
    }
  }

  private void classify(Slot slot, SegmentHeader header, byte[] page) {
    if (header.state() == SlotState.SPARE) {
      slots.adoptIdle(slot);
      return;
    }
    highestIds.merge(header.streamId(), header.segmentId(), Math::max);
    StreamLedger stream = ledger.stream(header.streamId());
    SegmentEntry entry = ledger.segment(header.streamId(), header.segmentId());
    if (entry != null && entry.isSealed()) {
      if (entry.in(Tier.TIER0) && entry.slot() == slot.number()) {
        present.add(slot.number());
        slots.adoptInUse(slot);
        hotSet.add(header.streamId(), header.segmentId(), slot);
      } else {
        slots.adoptIdle(slot);
      }
    } else if (stream != null
        && !stream.deleted()
        && (entry != null || header.segmentId() > stream.highestSegmentId())) {
      long durable = new DurableMarkCodec().read(page, header.salt());
      unsealed
          .computeIfAbsent(header.streamId(), id -> new ArrayList<>())
          .add(new FoundSlot(slot, header, durable));
    } else {
      slots.adoptIdle(slot);
    }
  }

  private void quarantine(Slot slot, String reason) throws IOException {
    Path now = SlotQuarantine.move(host.disk(), slot.file());
    findings.quarantined(now.toString());
    log.warn("slot was set aside: file={} now={} reason={}", slot.file(), now, reason);
  }

  /* Copies that the manifest counts on and that are not there. */
  private void reportMissing() {
    for (StreamLedger stream : ledger.streams()) {
      for (SegmentEntry entry : List.copyOf(stream.segments())) {
        if (entry.in(Tier.TIER0) && entry.isSealed() && !present.contains(entry.slot())) {
          findings.needsRecovery(stream.name(), entry.segmentId(), Tier.TIER0);
          manifest.append(
              new ManifestRecord.NeedsRecovery(
                  stream.streamId(),
                  entry.segmentId(),
                  host.time().wallMicros(),
                  Tier.TIER0.ordinal(),
                  ReasonCode.OBJECT_MISSING));
        }
      }
    }
  }

  // ---- one stream

  private RecoveredStream recover(StreamLedger stream) throws IOException {
    List<FoundSlot> found = unsealed.getOrDefault(stream.streamId(), List.of());
    List<FoundSlot> ordered =
        found.stream().sorted(Comparator.comparingLong(slot -> slot.header().segmentId())).toList();
    List<Kept> kept = new ArrayList<>();
    List<FoundSlot> behindGap = new ArrayList<>();
    AofException lost = lostActive(stream);
    AofException refusal =
        lost != null ? keepAll(ordered, behindGap, lost) : plan(stream, ordered, kept, behindGap);
    for (FoundSlot slot : behindGap) {
      if (refusal == null) {
        quarantine(slot.slot(), "behind a gap, or a duplicate");
      } else {
        slots.adoptInUse(slot.slot());
      }
    }
    long nextOffset = stream.sealedOffset();
    long nextBytes = stream.sealedBytes();
    for (Kept segment : kept) {
      seal(stream, segment);
      nextOffset += segment.scan().recordCount();
      nextBytes += segment.scan().dataEnd() - SegmentBytes.DATA_START;
    }
    if (refusal == null) {
      dropUnwrittenActives(stream);
    }
    long highest =
        Math.max(stream.highestSegmentId(), highestIds.getOrDefault(stream.streamId(), 0L));
    return new RecoveredStream(nextOffset, nextBytes, highest, refusal);
  }

  /*
   * Where durable bytes are damaged or gone, nothing of the stream's unsealed part is touched:
   * every open refuses again, until somebody repairs it, and no offset is ever given out twice.
   */
  private static AofException keepAll(
      List<FoundSlot> ordered, List<FoundSlot> kept, AofException refusal) {
    kept.addAll(ordered);
    return refusal;
  }

  /* A segment that the manifest knows as active, and whose slot is not there any more. */
  private @Nullable AofException lostActive(StreamLedger stream) {
    for (SegmentEntry entry : stream.segments()) {
      if (entry.state() == SegmentState.ACTIVE && !readable.contains(entry.slot())) {
        findings.needsRecovery(stream.name(), entry.segmentId(), Tier.TIER0);
        SegmentUnavailableException lost =
            new SegmentUnavailableException(
                stream.name(),
                entry.segmentId(),
                "slot of an unsealed segment is missing or damaged: slot="
                    + entry.slot()
                    + " directory="
                    + directory
                    + " action=put the file back, or delete the stream",
                null);
        log.error("stream takes no appends", lost);
        return lost;
      }
    }
    return null;
  }

  private record Kept(FoundSlot found, SegmentScan.Result scan) {}

  private @Nullable AofException plan(
      StreamLedger stream, List<FoundSlot> ordered, List<Kept> kept, List<FoundSlot> behindGap)
      throws IOException {
    long expected = stream.sealedOffset();
    long lastId = -1;
    boolean gap = false;
    AofException refusal = null;
    for (FoundSlot found : ordered) {
      SegmentHeader header = found.header();
      if (gap || header.baseOffset() != expected || header.segmentId() <= lastId) {
        gap = true;
        behindGap.add(found);
        continue;
      }
      SegmentScan.Result scan = scan(found);
      findings.scanned(scan.recordCount(), tornBytes(found, scan));
      if (scan.dataEnd() < found.durablePosition()) {
        refusal = damage(stream, found, scan);
        gap = true;
        behindGap.add(found);
        continue;
      }
      kept.add(new Kept(found, scan));
      expected += scan.recordCount();
      lastId = header.segmentId();
    }
    return refusal;
  }

  private CorruptionException damage(
      StreamLedger stream, FoundSlot found, SegmentScan.Result scan) {
    CorruptionException damage =
        new CorruptionException(
            stream.name(),
            found.header().segmentId(),
            scan.stoppedAt(),
            scan.reason()
                + " durablePosition="
                + found.durablePosition()
                + " file="
                + found.slot().file(),
            null);
    log.error("bytes that were durable are damaged", damage);
    findings.needsRecovery(stream.name(), found.header().segmentId(), Tier.TIER0);
    return damage;
  }

  /* What an earlier use of the slot left does not count; a record of this use names its offset. */
  private long tornBytes(FoundSlot found, SegmentScan.Result scan) throws IOException {
    long torn = Math.max(0, scan.stoppedAt() - scan.dataEnd());
    long limit = found.slot().size();
    if (scan.reason() == null || scan.stoppedAt() + RecordLayout.HEADER_SIZE > limit) {
      return torn;
    }
    byte[] bytes = new byte[RecordLayout.HEADER_SIZE];
    try (DiskFile file = host.disk().openForRead(found.slot().file())) {
      file.readFully(scan.stoppedAt(), bytes, 0, bytes.length);
    }
    ByteBuffer start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = start.getInt(RecordLayout.SIZE_AT);
    boolean begun =
        torn == 0
            && size >= RecordLayout.HEADER_SIZE
            && size <= RecordLayout.MAX_SIZE
            && start.getLong(RecordLayout.OFFSET_AT)
                == found.header().baseOffset() + scan.recordCount();
    return begun ? Math.min(RecordLayout.padded(size), limit - scan.stoppedAt()) : torn;
  }

  private SegmentScan.Result scan(FoundSlot found) throws IOException {
    try (DiskFile file = host.disk().openForRead(found.slot().file())) {
      return SegmentScan.run(
          file::readFully,
          found.header().salt(),
          found.header().baseOffset(),
          SizeClass.of(found.slot().size()).limit());
    }
  }

  private void seal(StreamLedger stream, Kept segment) throws IOException {
    Slot slot = segment.found().slot();
    SegmentHeader header = segment.found().header();
    SegmentEntry entry = ledger.segment(stream.streamId(), header.segmentId());
    SegmentScan.Result scan = segment.scan();
    if (scan.recordCount() == 0 && entry == null) {
      slots.adoptIdle(slot);
      return;
    }
    if (entry == null) {
      manifest.append(
          new ManifestRecord.SegmentOpened(
              stream.streamId(),
              header.segmentId(),
              host.time().wallMicros(),
              slot.number(),
              header.baseOffset(),
              header.baseBytes(),
              header.epoch()));
    }
    SegmentFooter footer = writeEnd(segment);
    boolean any = scan.minTimestamp() <= scan.maxTimestamp();
    manifest.append(
        new ManifestRecord.SegmentSealed(
            stream.streamId(),
            header.segmentId(),
            host.time().wallMicros(),
            slot.number(),
            scan.recordCount(),
            scan.dataEnd(),
            scan.recordsCrc(),
            any ? scan.minTimestamp() : 0,
            any ? scan.maxTimestamp() : 0,
            scan.hasLastExtId(),
            scan.lastExtId(),
            footer.flags()));
    present.add(slot.number());
    slots.adoptInUse(slot);
    hotSet.add(stream.streamId(), header.segmentId(), slot);
  }

  private SegmentFooter writeEnd(Kept segment) throws IOException {
    Slot slot = segment.found().slot();
    SegmentHeader header = segment.found().header();
    SegmentFooter footer =
        SegmentSealing.footer(
            segment.scan(),
            header.segmentId(),
            header.salt(),
            header.baseOffset(),
            slot.size(),
            host.time().wallMicros(),
            SegmentFooter.RECOVERED);
    byte[] end = SegmentSealing.encodeEnd(footer, segment.scan().index(), slot.size());
    try (DiskFile file = host.disk().openForWrite(slot.file())) {
      rewrite(file, 0, SegmentHeaderLayout.PAGE_SIZE);
      long from = Math.max(SegmentBytes.DATA_START, segment.found().durablePosition());
      rewrite(file, from, segment.scan().dataEnd());
      file.write(footer.indexPosition(), end, 0, end.length);
      file.force();
    }
    return footer;
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    byte[] bytes = new byte[COPY_SIZE];
    for (long position = from; position < to; position += bytes.length) {
      int length = (int) Math.min(bytes.length, to - position);
      file.readFully(position, bytes, 0, length);
      file.write(position, bytes, 0, length);
    }
  }

  /*
   * Segments that the manifest knows as active and whose slot never got a record of theirs to
   * disk: it is a spare still. Sealing one as recovered drops those behind it, so each is looked up
   * again.
   */
  private void dropUnwrittenActives(StreamLedger stream) {
    for (SegmentEntry listed : List.copyOf(stream.segments())) {
      SegmentEntry entry = stream.get(listed.segmentId());
      if (entry != null && entry.state() == SegmentState.ACTIVE) {
        dropUnwrittenActive(stream.streamId(), entry);
      }
    }
  }

  private void dropUnwrittenActive(long streamId, SegmentEntry entry) {
    long now = host.time().wallMicros();
    manifest.append(
        new ManifestRecord.SegmentSealed(
            streamId,
            entry.segmentId(),
            now,
            entry.slot(),
            0,
            SegmentBytes.DATA_START,
            0,
            0,
            0,
            false,
            0,
            SegmentFooter.SEALED | SegmentFooter.RECOVERED));
    manifest.append(
        new ManifestRecord.LocalEvicted(
            streamId, entry.segmentId(), now, Tier.TIER0.ordinal(), entry.slot(), 0));
  }
}
