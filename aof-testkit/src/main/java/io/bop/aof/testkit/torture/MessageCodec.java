package io.bop.aof.testkit.torture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Messages as bytes: a length in two bytes, a type, the fields. A message fits in one write that
 * the system does not split, so that two threads never mix theirs.
 */
final class MessageCodec {

  /* POSIX: writes of up to this many bytes into a pipe are atomic (PIPE_BUF). */
  private static final int MOST_BYTES = 4096;
  private static final int MOST_LETTERS = 1000;

  private MessageCodec() {}

  static byte[] encode(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeShort(0);
      write(message, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] frame = bytes.toByteArray();
    int length = frame.length - Short.BYTES;
    if (frame.length > MOST_BYTES) {
      throw new IllegalArgumentException("message is too long: bytes=" + frame.length);
    }
    frame[0] = (byte) (length >> Byte.SIZE);
    frame[1] = (byte) length;
    return frame;
  }

  /** The next message; null at the end, also when the last message was cut off. */
  static @Nullable Message decode(InputStream in) throws IOException {
    DataInputStream frames = new DataInputStream(in);
    byte[] body;
    try {
      body = new byte[frames.readUnsignedShort()];
      frames.readFully(body);
    } catch (EOFException e) {
      return null;
    }
    return read(new DataInputStream(new ByteArrayInputStream(body)));
  }

  private static void write(Message message, DataOutputStream out) throws IOException {
    if (message instanceof Message.Intended m) {
      writeStep(out, 'i', m.step());
    } else if (message instanceof Message.Acknowledged m) {
      writeStep(out, 'a', m.step());
      out.writeLong(m.offset());
    } else if (message instanceof Message.Refused m) {
      writeStep(out, 'r', m.step());
      out.writeByte(m.refusal().ordinal());
    } else if (message instanceof Message.Unknown m) {
      writeStep(out, 'u', m.step());
    } else if (message instanceof Message.RecordRead m) {
      writeRecord(out, 'R', m.stream(), m.offset(), m.id());
      out.writeLong(m.digest());
    } else if (message instanceof Message.Seen m) {
      writeRecord(out, 's', m.stream(), m.offset(), m.id());
    } else if (message instanceof Message.StreamRead m) {
      writeStream(out, 'E', m.stream());
    } else if (message instanceof Message.Truncating m) {
      writeStream(out, 't', m.stream());
      out.writeLong(m.offset());
    } else if (message instanceof Message.Truncated m) {
      writeStream(out, 'T', m.stream());
      out.writeLong(m.startOffset());
    } else if (message instanceof Message.StreamFound m) {
      writeStream(out, 'S', m.stream());
      out.writeLong(m.startOffset());
      out.writeLong(m.nextOffset());
      out.writeLong(m.durableOffset());
    } else if (message instanceof Message.ArchivedFound m) {
      writeStream(out, 'A', m.stream());
      out.writeLong(m.archivedOffset());
    } else {
      writeOfStore(message, out);
    }
  }

  private static void writeOfStore(Message message, DataOutputStream out) throws IOException {
    if (message instanceof Message.Opening) {
      out.writeByte('o');
    } else if (message instanceof Message.Opened m) {
      out.writeByte('O');
      out.writeLong(m.nanos());
      out.writeBoolean(m.created());
      out.writeInt(m.scanned());
      out.writeLong(m.recovered());
      out.writeLong(m.truncatedBytes());
      out.writeUTF(shortened(m.findings()));
    } else if (message instanceof Message.OpenRefused m) {
      out.writeByte('N');
      out.writeUTF(shortened(m.why()));
    } else if (message instanceof Message.Verified) {
      out.writeByte('V');
    } else if (message instanceof Message.Closed) {
      out.writeByte('C');
    } else if (message instanceof Message.Failed m) {
      out.writeByte('F');
      out.writeUTF(shortened(m.what()));
    } else {
      throw new IllegalArgumentException("unknown message: " + message);
    }
  }

  private static Message read(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    return switch (type) {
      case 'i' -> new Message.Intended(readStep(in));
      case 'a' -> new Message.Acknowledged(readStep(in), in.readLong());
      case 'r' -> new Message.Refused(readStep(in), Message.Refusal.values()[in.readByte()]);
      case 'u' -> new Message.Unknown(readStep(in));
      case 'R' -> new Message.RecordRead(readStream(in), in.readLong(), readId(in), in.readLong());
      case 's' -> new Message.Seen(readStream(in), in.readLong(), readId(in));
      case 'E' -> new Message.StreamRead(readStream(in));
      case 't' -> new Message.Truncating(readStream(in), in.readLong());
      case 'T' -> new Message.Truncated(readStream(in), in.readLong());
      case 'S' ->
          new Message.StreamFound(readStream(in), in.readLong(), in.readLong(), in.readLong());
      case 'A' -> new Message.ArchivedFound(readStream(in), in.readLong());
      case 'o' -> new Message.Opening();
      case 'O' ->
          new Message.Opened(
              in.readLong(),
              in.readBoolean(),
              in.readInt(),
              in.readLong(),
              in.readLong(),
              in.readUTF());
      case 'N' -> new Message.OpenRefused(in.readUTF());
      case 'V' -> new Message.Verified();
      case 'C' -> new Message.Closed();
      case 'F' -> new Message.Failed(in.readUTF());
      default -> throw new IOException("not a message of ours: type=" + type);
    };
  }

  private static void writeStep(DataOutputStream out, char type, StepId step) throws IOException {
    out.writeByte(type);
    out.writeInt(step.writer());
    out.writeLong(step.step());
  }

  private static StepId readStep(DataInputStream in) throws IOException {
    return new StepId(in.readInt(), in.readLong());
  }

  private static void writeStream(DataOutputStream out, char type, TortureStream stream)
      throws IOException {
    out.writeByte(type);
    out.writeByte(stream.ordinal());
  }

  private static TortureStream readStream(DataInputStream in) throws IOException {
    return TortureStream.at(in.readByte());
  }

  private static void writeRecord(
      DataOutputStream out, char type, TortureStream stream, long offset, RecordId id)
      throws IOException {
    writeStream(out, type, stream);
    out.writeLong(offset);
    out.writeInt(id.writer());
    out.writeLong(id.step());
    out.writeInt(id.index());
  }

  private static RecordId readId(DataInputStream in) throws IOException {
    return new RecordId(in.readInt(), in.readLong(), in.readInt());
  }

  private static String shortened(String text) {
    return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "...";
  }
}
