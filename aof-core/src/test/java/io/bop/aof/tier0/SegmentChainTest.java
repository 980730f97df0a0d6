package io.bop.aof.tier0;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.io.Host;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SegmentChainTest {

  @TempDir Path directory;

  private volatile @Nullable HotSegment forgotten;

  @Test
  void aLateHelperDoesNotMakeAForgottenSegmentFindableAgain() {
    HotEvents meanwhile =
        new HotStreamFixture.Silence() {
          @Override
          public void installed(HotStream of, HotSegment segment) {
            if (forgotten == null) {
              // The helper is held up here; others install the segment, use it up and evict it.
              forgotten = segment;
              of.append(record(), -1, HotStreamFixture.TIMEOUT, false);
              of.forget(segment);
            }
          }
        };
    HotStreamFixture fixture = new HotStreamFixture(Host.system(), directory, meanwhile);
    fixture.append(false);
    // The helper may be the worker that brought the slot: it has ended now.
    fixture.close();

    assertThat(fixture.stream.nextOffset()).isEqualTo(2);
    assertThat(fixture.stream.active()).isSameAs(forgotten);
    assertThat(fixture.stream.find(0)).isNull();
    assertThat(fixture.stream.segments()).isEmpty();
  }

  private static RecordBytes record() {
    RecordBytes record = new RecordBytes();
    record.set(1, new byte[8], 0, 8);
    return record;
  }
}
