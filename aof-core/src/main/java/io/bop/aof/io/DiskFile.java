package io.bop.aof.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/** An open file. Confined to one thread at a time; an interrupt does not close it. */
public interface DiskFile extends Closeable {

  /**
   * Reads up to {@code length} bytes from {@code position}.
   *
   * @return how many were read; less than asked only at the end of the file
   */
  int read(long position, byte[] dst, int offset, int length) throws IOException;

  /**
   * Reads exactly {@code length} bytes.
   *
   * @throws EOFException when the file ends before
   */
  default void readFully(long position, byte[] dst, int offset, int length) throws IOException {
    int read = read(position, dst, offset, length);
    if (read < length) {
      throw new EOFException(
          "file ends early: position=" + position + " wanted=" + length + " read=" + read);
    }
  }

  /** Writes all the bytes at {@code position}. */
  void write(long position, byte[] src, int offset, int length) throws IOException;

  /** Size in bytes. */
  long size() throws IOException;

  /** Makes content and size durable. */
  void force() throws IOException;

  /** Cuts the file to {@code size} bytes. */
  void truncate(long size) throws IOException;

  @Override
  void close() throws IOException;
}
