package io.bop.aof.testkit.fuzz;

import io.bop.aof.StreamNames;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.filesystem.SidecarAccess;
import io.bop.aof.recovery.SlotNameAccess;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.tier1.WarmNameAccess;
import io.bop.aof.tier2.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** Decoders of text: names, keys, {@code store.json}, sidecars. Stateless. */
final class TextTargets {

  private TextTargets() {}

  static List<DecoderTarget> all() {
    return List.of(storeJson(), objectKeys(), fileNames(), sidecar(), sidecarName());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static DecoderTarget storeJson() {
    return DecoderTarget.unguarded(
        "store-json",
        random -> {
          long second = random.between(0, Integer.MAX_VALUE);
          UUID id = new UUID(random.anyLong(), random.anyLong());
          return new StoreIdentity(id, Instant.ofEpochSecond(second)).encode();
        },
        bytes -> {
          StoreIdentity identity = StoreIdentity.parse(bytes);
          Understood.require(StoreIdentity.parse(identity.encode()).equals(identity));
          return identity;
        });
  }

  private static DecoderTarget objectKeys() {
    return DecoderTarget.unguarded("object-keys", random -> ascii(key(random)), TextTargets::keys);
  }

  private static String key(SeededRandom random) {
    long number = random.anyPositiveOrZero();
    long other = random.anyPositiveOrZero();
    return switch (random.nextInt(6)) {
      case 0 -> ObjectKeys.manifestChunk(number);
      case 1 -> ObjectKeys.snapshot(number, other);
      case 2 -> ObjectKeys.chunkName(number);
      case 3 -> ObjectKeys.snapshotName(number, other);
      default -> ObjectKeys.segment(number, other, random.between(0, 9), (int) random.anyLong());
    };
  }

  /* A key that is understood is the one that is made of what it says. */
  private static Object keys(byte[] bytes) {
    String key = text(bytes);
    ObjectKeys.parseSegment(key)
        .ifPresent(
            k ->
                Understood.require(
                    key.equals(
                        ObjectKeys.segment(k.streamId(), k.segmentId(), k.epoch(), k.crc32c()))));
    ObjectKeys.parseSnapshot(key)
        .ifPresent(k -> same(key, ObjectKeys.snapshot(k.chunkIndex(), k.epoch())));
    ObjectKeys.parseSnapshotName(key)
        .ifPresent(k -> same(key, ObjectKeys.snapshotName(k.chunkIndex(), k.epoch())));
    ObjectKeys.parseManifestChunk(key).ifPresent(n -> same(key, ObjectKeys.manifestChunk(n)));
    ObjectKeys.parseChunkName(key).ifPresent(n -> same(key, ObjectKeys.chunkName(n)));
    boolean legal = io.bop.aof.objectstore.ObjectKeys.isLegal(key);
    Understood.require(!legal || !key.contains("..") || !key.contains("/../"));
    return StreamNames.isValid(key);
  }

  private static void same(String key, String again) {
    Understood.require(key.equals(again));
  }

  private static DecoderTarget fileNames() {
    return DecoderTarget.unguarded(
        "file-names",
        random -> {
          long number = random.anyPositiveOrZero();
          Path warm = WarmNameAccess.file(Path.of(""), 1, number);
          return ascii(random.oneIn(2) ? number + ".seg" : warm.getFileName().toString());
        },
        bytes -> {
          String name = text(bytes).replace('\0', '0').replace('/', '-');
          SlotNameAccess.slotNumber(name)
              .ifPresent(number -> Understood.require(number >= 0 && name.endsWith(".seg")));
          Path file = Path.of(name);
          OptionalLong segment = WarmNameAccess.segmentId(file);
          segment.ifPresent(
              id -> Understood.require(WarmNameAccess.file(Path.of(""), 1, id).endsWith(file)));
          return WarmNameAccess.streamId(file);
        });
  }

  private static DecoderTarget sidecar() {
    return DecoderTarget.guarded(
            "sidecar",
            random -> {
              Map<String, String> metadata = new HashMap<>();
              metadata.put(ObjectMetadata.FORMAT, "aof-segment/1");
              metadata.put(ObjectMetadata.EPOCH, Long.toString(random.anyPositiveOrZero()));
              metadata.put("aof-note", "what? is? this?".substring(random.nextInt(9)));
              return SidecarAccess.encode(metadata);
            },
            TextTargets::signSidecar,
            SidecarAccess::decode)
        .mayGive((valid, found) -> found.equals(valid) || found.equals(java.util.Optional.empty()));
  }

  private static byte[] signSidecar(byte[] bytes) {
    String text = text(bytes);
    int end = text.lastIndexOf("end ");
    if (end < 0) {
      return bytes;
    }
    String crc = ObjectMetadata.crc32cText(Checksums.crc(bytes, 0, end));
    return (text.substring(0, end) + "end " + crc + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static DecoderTarget sidecarName() {
    return DecoderTarget.unguarded(
        "sidecar-name",
        random ->
            ascii(
                ObjectMetadata.crc32cText((int) random.anyLong())
                    + "-"
                    + random.anyPositiveOrZero()),
        bytes -> {
          String name = text(bytes);
          SidecarAccess.etag(name).ifPresent(etag -> same(name, etag));
          return name;
        });
  }
}
