package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.format.ObjectKeys.SegmentKey;
import io.bop.aof.format.ObjectKeys.SnapshotName;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {

  @Test
  void padsNumbersToTwentyDigits() {
    assertThat(ObjectKeys.segment(1, 23, 4, 0xAB))
        .isEqualTo(
            "segments/00000000000000000001/"
                + "00000000000000000023-00000000000000000004-000000ab.zst");
    assertThat(ObjectKeys.manifestChunk(5)).isEqualTo("manifest/00000000000000000005.mlog");
    assertThat(ObjectKeys.snapshot(5, 6))
        .isEqualTo("manifest/snapshot-00000000000000000005-00000000000000000006.snap");
  }

  @Test
  void readsBackKeys() {
    String key = ObjectKeys.segment(Long.MAX_VALUE, 2, 3, -1);
    assertThat(ObjectKeys.parseSegment(key)).contains(new SegmentKey(Long.MAX_VALUE, 2, 3, -1, 0));
    assertThat(ObjectKeys.parseManifestChunk(ObjectKeys.manifestChunk(9))).hasValue(9);
    assertThat(ObjectKeys.parseSnapshot(ObjectKeys.snapshot(9, 8)))
        .contains(new SnapshotName(9, 8));
  }

  @Test
  void namesAGenerationOnlyWhenAKeyWasGivenUp() {
    SegmentKey second = new SegmentKey(1, 23, 4, 0xAB, 2);
    String key = ObjectKeys.segment(second);
    assertThat(key)
        .isEqualTo(
            "segments/00000000000000000001/"
                + "00000000000000000023-00000000000000000004-000000ab-0000000002.zst");
    assertThat(ObjectKeys.parseSegment(key)).contains(second);
    assertThat(ObjectKeys.parseSegment(key.replace("0000000002", "0000000000"))).isEmpty();
    assertThat(ObjectKeys.parseSegment(key.replace("0000000002", "9999999999"))).isEmpty();
  }

  @Test
  void refusesEverythingElse() {
    assertThat(ObjectKeys.parseSegment("segments/1/2-3-4.zst")).isEmpty();
    assertThat(ObjectKeys.parseSegment("manifest/00000000000000000005.mlog")).isEmpty();
    assertThat(ObjectKeys.parseManifestChunk("manifest/99999999999999999999.mlog")).isEmpty();
    assertThat(ObjectKeys.parseManifestChunk("manifest/00000000000000000005.mlog.tmp")).isEmpty();
    assertThat(ObjectKeys.parseSnapshotName("snapshot-1-2.snap")).isEmpty();
    assertThatThrownBy(() -> ObjectKeys.manifestChunk(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
