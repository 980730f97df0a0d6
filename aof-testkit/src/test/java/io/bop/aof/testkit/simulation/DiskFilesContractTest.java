package io.bop.aof.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.SeededRandom;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every disk does to files and mappings. */
@ParameterizedClass
@EnumSource
class DiskFilesContractTest extends DiskContract {

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  DiskFilesContractTest(Kind kind) {
    super(kind);
  }

  // ---- files

  @Test
  void readsWhatWasWrittenAnywhere() throws IOException {
    SeededRandom random = new SeededRandom(11);
    byte[] expected = new byte[40_000];
    int size = 0;
    try (DiskFile open = disk.create(file)) {
      for (int i = 0; i < 300; i++) {
        byte[] piece = random.bytes(random.length(9_000));
        int position = random.nextInt(expected.length - piece.length);
        open.write(position, piece, 0, piece.length);
        System.arraycopy(piece, 0, expected, position, piece.length);
        size = piece.length == 0 ? size : Math.max(size, position + piece.length);
        if (random.oneIn(10)) {
          open.force();
        }
        if (random.oneIn(10)) {
          size = random.nextInt(size + 1);
          open.truncate(size);
          Arrays.fill(expected, size, expected.length, (byte) 0);
        }
        assertThat(open.size()).isEqualTo(size);
        byte[] found = new byte[expected.length];
        assertThat(open.read(0, found, 0, found.length)).isEqualTo(size);
        assertThat(found).isEqualTo(expected);
      }
    }
    assertThat(disk.size(file)).isEqualTo(size);
  }

  @Test
  void readsLessOnlyAtTheEnd() throws IOException {
    write(file, "abcdef");
    try (DiskFile open = disk.openForRead(file)) {
      byte[] dst = new byte[10];
      assertThat(open.read(2, dst, 1, 3)).isEqualTo(3);
      assertThat(dst).startsWith(0, 'c', 'd', 'e', 0);
      assertThat(open.read(4, dst, 0, 10)).isEqualTo(2);
      assertThat(open.read(6, dst, 0, 10)).isZero();
      assertThat(open.read(100, dst, 0, 10)).isZero();
      assertThat(open.read(0, dst, 0, 0)).isZero();
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> open.readFully(4, dst, 0, 3));
    }
  }

  @Test
  void refusesNonsense() throws IOException {
    write(file, "x");
    try (DiskFile open = disk.openForWrite(file)) {
      byte[] bytes = new byte[4];
      assertThatIOException().isThrownBy(() -> open.read(-1, bytes, 0, 1));
      assertThatIOException().isThrownBy(() -> open.write(-1, bytes, 0, 1));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> open.read(0, bytes, 2, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> open.write(0, bytes, 2, 3));
    }
  }

  @Test
  void fileThatIsLongerThanItsBytesHasZeros() throws IOException {
    try (DiskFile open = disk.create(file)) {
      open.write(0, bytes("abc"), 0, 3);
      open.truncate(1);
      open.truncate(6_000);
      open.write(10_000, bytes("z"), 0, 1);

      byte[] found = new byte[10_001];
      open.readFully(0, found, 0, found.length);
      byte[] expected = new byte[10_001];
      expected[0] = 'a';
      expected[10_000] = 'z';
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void fileForReadingCannotBeChanged() throws IOException {
    write(file, "x");
    try (DiskFile open = disk.openForRead(file)) {
      assertThatIOException().isThrownBy(() -> open.write(0, bytes("y"), 0, 1));
      assertThatIOException().isThrownBy(() -> open.truncate(0));
      open.force();
    }
    assertThat(read(file)).isEqualTo("x");
  }

  @Test
  void closedFileRefusesEverything() throws IOException {
    DiskFile open = disk.create(file);
    open.close();
    open.close();

    assertThatIOException().isThrownBy(() -> open.read(0, new byte[1], 0, 1));
    assertThatIOException().isThrownBy(() -> open.write(0, new byte[1], 0, 1));
    assertThatIOException().isThrownBy(open::size);
    assertThatIOException().isThrownBy(open::force);
    assertThatIOException().isThrownBy(() -> open.truncate(0));
  }

  // ---- mappings

  @Test
  void mappingAndFileSeeEachOther() throws IOException {
    try (DiskFile open = disk.create(file)) {
      open.write(0, new byte[10_000], 0, 10_000);
      open.write(5_000, bytes("before"), 0, 6);
      try (MappedFile mapping = disk.map(file, 9_000)) {
        ByteBuffer buffer = mapping.buffer();
        assertThat(buffer.capacity()).isEqualTo(9_000);
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(mapping.buffer()).isSameAs(buffer);
        assertThat(text(buffer, 5_000, 6)).isEqualTo("before");

        buffer.put(4_094, bytes("mapped"));
        assertThat(text(open, 4_094, 6)).isEqualTo("mapped");
        open.write(8_190, bytes("file"), 0, 4);
        assertThat(text(buffer, 8_190, 4)).isEqualTo("file");
        open.write(9_998, bytes("behind"), 0, 6);
        mapping.force(0, 9_000);
        mapping.force(4_000, 4_100);
      }
      assertThat(text(open, 4_094, 6)).isEqualTo("mapped");
      assertThat(text(open, 9_998, 6)).isEqualTo("behind");
      assertThat(open.size()).isEqualTo(10_004);
    }
  }

  @Test
  void twoMappingsOfAFileAreTheSameMemory() throws IOException {
    write(file, "0123456789");
    try (MappedFile one = disk.map(file, 10)) {
      MappedFile two = disk.map(file, 5);
      one.buffer().put(3, (byte) 'x');
      assertThat(text(two.buffer(), 0, 5)).isEqualTo("012x4");
      two.close();
      two.close();
      assertThat(text(one.buffer(), 0, 5)).isEqualTo("012x4");
    }
    assertThat(read(file)).isEqualTo("012x456789");
  }

  @Test
  void mappedMemoryTakesAtomicAccess() throws IOException {
    write(file, "0".repeat(64));
    try (MappedFile mapping = disk.map(file, 64)) {
      ByteBuffer buffer = mapping.buffer();
      LONGS.setVolatile(buffer, 8, 42L);
      assertThat(LONGS.compareAndSet(buffer, 8, 42L, 43L)).isTrue();
      INTS.setRelease(buffer, 20, 7);
      assertThat((long) LONGS.getAcquire(buffer, 8)).isEqualTo(43);
      assertThat(buffer.getInt(20)).isEqualTo(7);
    }
  }

  @Test
  void mapsNoMoreThanThereIs() throws IOException {
    write(file, "short");

    assertThatIOException().isThrownBy(() -> disk.map(file, 6));
    disk.map(file, 5).close();
  }

  @Test
  void forcesOnlyWhatIsMapped() throws IOException {
    write(file, "0123456789");
    MappedFile mapping = disk.map(file, 10);
    assertThatIOException().isThrownBy(() -> mapping.force(0, 11));
    assertThatIOException().isThrownBy(() -> mapping.force(-1, 5));
    assertThatIOException().isThrownBy(() -> mapping.force(5, 4));
    mapping.force(3, 3);
    mapping.close();
  }

  @Test
  void mappingOutlivesItsName() throws IOException {
    write(file, "0123456789");
    try (MappedFile mapping = disk.map(file, 10)) {
      disk.deleteIfExists(file);
      write(file, "other");
      mapping.buffer().put(0, (byte) 'x');
      mapping.force(0, 10);
      assertThat(text(mapping.buffer(), 0, 4)).isEqualTo("x123");
    }
    assertThat(read(file)).isEqualTo("other");
  }
}
