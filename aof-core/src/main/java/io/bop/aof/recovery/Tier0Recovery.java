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
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestDamagedException;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SizeClass;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier0.SlotQuarantine;
import java.io.IOException;
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
   * What lies behind a gap, and what another slot holds as well, is set aside before a seal is
   * recorded.
   */
  private static final Logger log = LoggerFactory.getLogger(Tier0Recovery.class);
  private static final String TEMPORARY = ".tmp";

  private final Host host;
  private final Path directory;
  private final ManifestLog manifest;
  private final Ledger ledger;
  private final SlotPool slots;
  private final HotSet hotSet;
  private final RecoveryFindings findings;
  private final UnsealedSlots files;
  private final SetAsideSlots setAside;
  private final List<FoundSlot> sealedElsewhere = new ArrayList<>();
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
    this.files = new UnsealedSlots(host);
    this.setAside = new SetAsideSlots(host.disk(), directory, ledger.storeId());
  }

  /** Recovers all streams; the manifest is not forced yet. */
  public Map<Long, RecoveredStream> run() throws IOException {
    // A process that was killed may have left names that it did not come to force.
    host.disk().syncDirectory(directory);
    for (Path file : host.disk().list(directory)) {
      look(file);
    }
    for (FoundSlot surplus : sealedElsewhere) {
      dropSurplus(surplus);
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
    OptionalLong number = SlotFormats.slotNumber(name);
    if (number.isEmpty()) {
      return;
    }
    slots.skipNumber(number.getAsLong());
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    long size = host.disk().size(file);
    SegmentHeader header = readHeader(file, size, page);
    SegmentEntry cut = header == null ? null : cutCopy(header, number.getAsLong(), size);
    long whole = header == null || cut == null ? size : header.fileSize();
    Slot slot = new Slot(number.getAsLong(), file, whole);
    if (header == null
        || header.fileSize() != slot.size()
        || !SizeClass.isOne(slot.size())
        || !header.storeId().equals(storeId())) {
      quarantine(slot, header == null ? "no valid header" : "foreign or of another size");
      return;
    }
    requireKnown(slot, header);
    readable.add(slot.number());
    classify(slot, header, page);
    if (cut != null && cut.in(Tier.TIER0)) {
      needsRecovery(cut, ReasonCode.CORRUPT);
    }
  }

  /* The segment of a copy that was cut short: what is before the cut may be nowhere else. */
  private @Nullable SegmentEntry cutCopy(SegmentHeader header, long number, long size) {
    SegmentEntry entry = ledger.segment(header.streamId(), header.segmentId());
    boolean counted =
        entry != null
            && entry.isSealed()
            && entry.state() != SegmentState.RETIRED
            && entry.slot() == number
            && (entry.in(Tier.TIER0) || entry.missing(Tier.TIER0));
    boolean cut = header.state() != SlotState.SPARE && size < header.fileSize();
    return counted && cut ? entry : null;
  }

  /*
   * A stream's creation and a writer's epoch are durable before a slot can name them: a manifest
   * without them lost its end, and going on would give away the slots that it forgot.
   */
  private void requireKnown(Slot slot, SegmentHeader header) {
    boolean known = header.streamId() < ledger.nextStreamId() && header.epoch() < manifest.epoch();
    if (header.state() != SlotState.SPARE && !known) {
      throw new ManifestDamagedException(
          "manifest",
          0,
          "manifest is older than a slot: slot="
              + slot.file()
              + " streamId="
              + header.streamId()
              + " epoch="
              + header.epoch()
              + " nextStreamId="
              + ledger.nextStreamId()
              + " nextEpoch="
              + manifest.epoch(),
          null);
    }
  }

  private UUID storeId() {
    return ledger.storeId();
  }

  private @Nullable SegmentHeader readHeader(Path path, long size, byte[] page) throws IOException {
    if (size < page.length) {
      return null;
    }
    try (DiskFile file = host.disk().openForRead(path)) {
      file.readFully(0, page, 0, page.length);
      return SegmentHeaderCodec.decode(page, path.toString());
    } catch (UnsupportedFormatException e) {
      throw e;
    } catch (MalformedException e) {
      log.warn("slot has no valid header: file={} reason={}", path, e.getMessage());
      return null;
    }
  }

  private void classify(Slot slot, SegmentHeader header, byte[] page) {
    long durable = new DurableMarkCodec().read(page, header.salt());
    FoundSlot found = new FoundSlot(slot, header, durable, durable);
    if (header.state() == SlotState.SPARE) {
      slots.adoptIdle(slot);
      return;
    }
    highestIds.merge(header.streamId(), header.segmentId(), Math::max);
    StreamLedger stream = ledger.stream(header.streamId());
    SegmentEntry entry = ledger.segment(header.streamId(), header.segmentId());
    if (entry != null && entry.isSealed()) {
      boolean counted = entry.in(Tier.TIER0) || entry.missing(Tier.TIER0);
      if (entry.slot() != slot.number()) {
        sealedElsewhere.add(found);
      } else if (counted) {
        present.add(slot.number());
        slots.adoptInUse(slot);
        hotSet.add(header.streamId(), slot, entry.footer(header.salt()));
      } else {
        slots.adoptIdle(slot);
      }
    } else if (stream != null
        && !stream.deleted()
        && (entry != null || header.segmentId() > stream.highestSegmentId())) {
      unsealed.computeIfAbsent(header.streamId(), id -> new ArrayList<>()).add(found);
    } else {
      slots.adoptIdle(slot);
    }
  }

  /* The manifest names another slot for its segment. Without a record in it, it was never used. */
  private void dropSurplus(FoundSlot found) throws IOException {
    if (SlotTwins.isEmpty(found, files.scan(found).dataEnd())) {
      slots.adoptIdle(found.slot());
    } else {
      quarantine(found.slot(), "another slot holds its segment");
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
        boolean living = entry.isSealed() && entry.state() != SegmentState.RETIRED;
        if (living && entry.in(Tier.TIER0) && !present.contains(entry.slot())) {
          needsRecovery(entry, ReasonCode.OBJECT_MISSING);
        }
      }
    }
  }

  private void needsRecovery(SegmentEntry entry, int reason) {
    StreamLedger stream = ledger.stream(entry.streamId());
    if (stream != null) {
      findings.needsRecovery(stream.name(), entry.segmentId(), Tier.TIER0);
    }
    manifest.append(
        new ManifestRecord.NeedsRecovery(
            entry.streamId(),
            entry.segmentId(),
            host.time().wallMicros(),
            Tier.TIER0.ordinal(),
            reason));
  }

  // ---- one stream

  private RecoveredStream recover(StreamLedger stream) throws IOException {
    SlotTwins.Choice choice = chooseSlots(stream);
    List<Kept> kept = new ArrayList<>();
    List<FoundSlot> behindGap = new ArrayList<>();
    AofException lost = lostActive(stream);
    AofException refusal =
        lost != null
            ? keepAll(choice.kept(), behindGap, lost)
            : plan(stream, choice.kept(), kept, behindGap);
    behindGap.addAll(choice.surplus());
    if (refusal != null) {
      behindGap.addAll(choice.empty());
    } else {
      choice.empty().forEach(slot -> slots.adoptIdle(slot.slot()));
    }
    for (FoundSlot slot : behindGap) {
      if (refusal == null) {
        quarantine(slot.slot(), "behind a gap, or another slot holds its segment");
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

  private SlotTwins.Choice chooseSlots(StreamLedger stream) throws IOException {
    List<FoundSlot> ordered =
        unsealed.getOrDefault(stream.streamId(), List.of()).stream()
            .sorted(Comparator.comparingLong(slot -> slot.header().segmentId()))
            .toList();
    Map<Long, Long> firstSlots = new HashMap<>();
    for (SegmentEntry entry : stream.segments()) {
      firstSlots.put(entry.segmentId(), entry.slot());
    }
    return SlotTwins.choose(ordered, firstSlots, slot -> files.scan(slot).dataEnd());
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
  private @Nullable AofException lostActive(StreamLedger stream) throws IOException {
    for (SegmentEntry entry : stream.segments()) {
      if (entry.state() == SegmentState.ACTIVE && isLost(entry) && !setAside.hold(entry)) {
        findings.needsRecovery(stream.name(), entry.segmentId(), Tier.TIER0);
        SegmentUnavailableException lost =
            new SegmentUnavailableException(
                stream.name(),
                entry.segmentId(),
                "slot of an unsealed segment is missing, damaged or misplaced: slot="
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

  /*
   * A copy that was made after a force had failed is in a slot that held nothing before. One in a
   * slot that the manifest gave to another segment got there by hand: the files changed places.
   */
  private boolean isLost(SegmentEntry entry) {
    List<FoundSlot> copies =
        unsealed.getOrDefault(entry.streamId(), List.of()).stream()
            .filter(slot -> slot.header().segmentId() == entry.segmentId())
            .toList();
    boolean found =
        copies.stream()
            .mapToLong(copy -> copy.slot().number())
            .anyMatch(number -> number == entry.slot() || !ledger.slotInUse(number));
    return !found && (!copies.isEmpty() || !readable.contains(entry.slot()));
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
      SegmentScan.Result scan = files.scan(found);
      findings.scanned(scan.recordCount(), files.tornBytes(found, scan));
      if (scan.dataEnd() < found.promisedPosition()) {
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
                + found.promisedPosition()
                + " file="
                + found.slot().file(),
            null);
    log.error("bytes that were durable are damaged", damage);
    findings.needsRecovery(stream.name(), found.header().segmentId(), Tier.TIER0);
    return damage;
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
    SegmentFooter footer = files.seal(segment.found(), scan);
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
    hotSet.add(stream.streamId(), slot, footer);
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
