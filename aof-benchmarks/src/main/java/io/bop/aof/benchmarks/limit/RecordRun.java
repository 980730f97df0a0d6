package io.bop.aof.benchmarks.limit;

import io.bop.aof.benchmarks.Payloads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files full of records of one size, mapped and touched; what the reading limits walk over. */
final class RecordRun implements AutoCloseable {

  private final List<RawFile> files = new ArrayList<>();
  private final int padded;
  private final int recordsPerFile;
  private final long count;

  /** Writes {@code volumeBytes} of records and forces them. */
  RecordRun(Path dir, int size, long volumeBytes) throws IOException {
    Payloads payloads = Payloads.cached(size);
    RecordWriter writer = new RecordWriter();
    this.padded = RecordWriter.sizeOf(size);
    this.recordsPerFile = (RawFile.SLOT_SIZE - RawFile.DATA_START) / padded;
    this.count = Math.max(1, volumeBytes / padded);
    for (long n = 0; n < count; n++) {
      if (n % recordsPerFile == 0) {
        files.add(RawFile.create(dir.resolve("run-" + files.size()), RawFile.SLOT_SIZE));
      }
      byte[] payload = payloads.get(n);
      writer.prepare(payload);
      RawFile file = files.get(files.size() - 1);
      writer.write(file.buffer(), positionOf(n), payload, n);
    }
    for (RawFile file : files) {
      file.buffer().force();
    }
  }

  /** How many records there are. */
  long count() {
    return count;
  }

  /** The files in order. */
  List<RawFile> files() {
    return files;
  }

  /** Records of one file, at most. */
  int recordsPerFile() {
    return recordsPerFile;
  }

  /** The file of a record. */
  RawFile fileOf(long offset) {
    return files.get((int) (offset / recordsPerFile));
  }

  /** Place of a record in its file. */
  int positionOf(long offset) {
    return RawFile.DATA_START + (int) (offset % recordsPerFile) * padded;
  }

  @Override
  public void close() throws IOException {
    for (RawFile file : files) {
      file.close();
    }
  }
}
