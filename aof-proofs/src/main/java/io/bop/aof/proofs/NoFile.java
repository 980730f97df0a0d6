package io.bop.aof.proofs;

import io.bop.aof.io.DiskFile;

/** A file that takes everything and keeps nothing. */
final class NoFile implements DiskFile {

  static final NoFile INSTANCE = new NoFile();

  @Override
  public int read(long position, byte[] dst, int offset, int length) {
    return length;
  }

  @Override
  public void write(long position, byte[] src, int offset, int length) {}

  @Override
  public long size() {
    return 0;
  }

  @Override
  public void force() {}

  @Override
  public void truncate(long size) {}

  @Override
  public void close() {}
}
