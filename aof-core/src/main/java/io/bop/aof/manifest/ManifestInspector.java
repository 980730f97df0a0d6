package io.bop.aof.manifest;

import io.bop.aof.AofException;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerImage.StreamImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestChunkReader.Step;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.SegmentRow;
import io.bop.aof.format.TierBits;
import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Manifest files as lines of text, for people. Reads only; damage becomes a line. */
public final class ManifestInspector {

  private static final int SHOWN_BYTES = 16;
  private static final Pattern CHECKSUM =
      Pattern.compile("\\b(crc32c=|recordsCrc=)(-?\\d{1,10})\\b");

  private ManifestInspector() {}

  /** All files of a directory: snapshots first, then chunks. */
  public static List<String> directory(Disk disk, Path directory) throws IOException {
    ManifestFiles files = ManifestFiles.list(disk, directory);
    List<String> lines = new ArrayList<>();
    for (ManifestFiles.SnapshotFile file : files.snapshots()) {
      String name = ManifestFiles.nameOf(file.path());
      lines.addAll(show(disk, file.path(), bytes -> snapshot(bytes, name)));
    }
    for (Path path : files.chunks().values()) {
      lines.addAll(show(disk, path, bytes -> chunk(bytes, ManifestFiles.nameOf(path))));
    }
    for (Path path : files.temporary()) {
      lines.add("left over " + ManifestFiles.nameOf(path));
    }
    return lines;
  }

  private static List<String> show(Disk disk, Path path, Function<byte[], List<String>> view)
      throws IOException {
    try {
      return view.apply(ManifestFiles.read(disk, path));
    } catch (MalformedException e) {
      return List.of(ManifestFiles.nameOf(path), "  ! " + e.getMessage());
    }
  }

  /** One chunk: a line for the header, one for each record, one for what is wrong. */
  public static List<String> chunk(byte[] bytes, String name) {
    List<String> lines = new ArrayList<>();
    ManifestChunkReader reader;
    try {
      reader = new ManifestChunkReader(bytes, bytes.length, name);
    } catch (AofException e) {
      lines.add("chunk " + name + " size=" + bytes.length);
      lines.add("  ! " + e.getMessage());
      return lines;
    }
    ManifestChunkHeader header = reader.header();
    lines.add(
        "chunk "
            + name
            + " store="
            + header.storeId()
            + " index="
            + header.chunkIndex()
            + " epoch="
            + header.epoch()
            + " baseOrdinal="
            + header.baseOrdinal()
            + " size="
            + bytes.length);
    long ordinal = header.baseOrdinal();
    Step step = reader.next();
    for (; step == Step.RECORD; step = reader.next()) {
      lines.add("  " + ordinal + " @" + reader.position() + " " + line(reader.record()));
      ordinal++;
    }
    if (step != Step.END) {
      lines.add("  ! @" + reader.position() + " " + reader.reason());
    } else if (!reader.sealed()) {
      lines.add("  (not sealed)");
    }
    return lines;
  }

  /** One snapshot: a line for the header, each stream, each segment and each pending object. */
  public static List<String> snapshot(byte[] bytes, String name) {
    List<String> lines = new ArrayList<>();
    LedgerImage image;
    try {
      image = LedgerSnapshotCodec.decode(bytes, name);
    } catch (AofException e) {
      lines.add("snapshot " + name + " size=" + bytes.length);
      String where = e instanceof MalformedException m ? "@" + m.position() + " " : "";
      lines.add("  ! " + where + e.getMessage());
      return lines;
    }
    lines.add(
        "snapshot "
            + name
            + " store="
            + image.storeId()
            + " chunk="
            + image.chunkIndex()
            + " chunkEpoch="
            + image.chunkEpoch()
            + " chunkCrc="
            + hex(image.chunkCrc())
            + " size="
            + bytes.length);
    lines.add("  " + image.totals());
    for (StreamImage stream : image.streams()) {
      lines.add(line(stream));
      stream.segments().forEach(row -> lines.add("    " + line(row)));
    }
    image.pendingDeletes().forEach(p -> lines.add("  delete " + p.key()));
    image.pendingUploads().forEach(p -> lines.add("  upload " + p.key()));
    image.extras().forEach((id, e) -> lines.add("  extra " + id + " bytes=" + e.length));
    return lines;
  }

  private static String line(StreamImage stream) {
    return "  stream "
        + stream.id()
        + " name="
        + stream.name()
        + (stream.deleted() ? " deleted" : "")
        + " start="
        + stream.startOffset()
        + " archived="
        + stream.archivedOffset()
        + " sealed="
        + stream.sealedOffset()
        + " segments="
        + stream.segments().size();
  }

  private static String line(SegmentRow row) {
    return "segment "
        + row.segmentId
        + " "
        + row.state
        + " in="
        + TierBits.set(row.residency)
        + (row.missing == 0 ? "" : " missing=" + TierBits.set(row.missing))
        + " offsets=["
        + row.baseOffset
        + ","
        + (row.baseOffset + row.recordCount)
        + ") slot="
        + row.slot
        + " epoch="
        + row.epoch
        + " dataEnd="
        + row.dataEnd
        + " compressed="
        + row.compressedBytes;
  }

  /** One record: type, time, then its facts as {@code name=value}. */
  public static String line(ManifestRecord record) {
    String text = record.toString();
    int open = text.indexOf('[');
    String facts = text.substring(open + 1, text.length() - 1);
    if (record instanceof ManifestRecord.StreamCreated r) {
      facts = "streamId=" + r.streamId() + ", name=" + r.name() + ", " + bytes(r.settings());
    } else if (record instanceof ManifestRecord.CustomEvent r) {
      facts = subject(r) + "schemaId=" + r.schemaId() + ", " + bytes(r.bytes());
    } else if (record instanceof ManifestRecord.Unknown r) {
      facts = subject(r) + "type=" + r.type() + ", " + bytes(r.payload());
    }
    String stripped = facts.replaceFirst("timestampMicros=-?\\d+(, )?", "").replace(", ", " ");
    String shown =
        CHECKSUM
            .matcher(stripped)
            .replaceAll(m -> m.group(1) + hex((int) Long.parseLong(m.group(2))));
    Instant time = Instant.EPOCH.plus(record.timestampMicros(), ChronoUnit.MICROS);
    return (record.getClass().getSimpleName() + " " + time + " " + shown).strip();
  }

  private static String subject(ManifestRecord r) {
    return "streamId=" + r.streamId() + ", segmentId=" + r.segmentId() + ", ";
  }

  private static String bytes(byte[] bytes) {
    int shown = Math.min(bytes.length, SHOWN_BYTES);
    String more = shown < bytes.length ? ".." : "";
    return "bytes=" + bytes.length + ":" + HexFormat.of().formatHex(bytes, 0, shown) + more;
  }

  private static String hex(int bits) {
    return HexFormat.of().toHexDigits(bits);
  }
}
