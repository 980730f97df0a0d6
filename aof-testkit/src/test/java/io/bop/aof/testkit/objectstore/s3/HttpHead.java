package io.bop.aof.testkit.objectstore.s3;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * First line and headers of a request or an answer.
 *
 * @param bytes as they were sent
 * @param first the words of the first line
 * @param headers by name, in lower case
 */
@SuppressWarnings("ArrayRecordComponent")
record HttpHead(byte[] bytes, List<String> first, Map<String, String> headers) {

  private static final int MOST = 64 * 1024;

  /** Reads up to the empty line. */
  static HttpHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0 || bytes.size() > MOST) {
        throw new EOFException("no head");
      }
      bytes.write(next);
      boolean expected = next == (ends % 2 == 0 ? '\r' : '\n');
      ends = expected ? ends + 1 : next == '\r' ? 1 : 0;
    }
    return parse(bytes.toByteArray());
  }

  /** A line with its end. */
  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() == 0 || line.charAt(line.length() - 1) != '\n') {
      int next = in.read();
      if (next < 0 || line.length() > MOST) {
        throw new EOFException("no line");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private static HttpHead parse(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.put(name, line.substring(colon + 1).strip());
      }
    }
    return new HttpHead(bytes, List.of(lines.get(0).split(" ")), headers);
  }

  String method() {
    return first.get(0);
  }

  /** The bytes with names whose words begin with capitals. */
  byte[] withCapitals() {
    StringBuilder text = new StringBuilder();
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).lines().toList()) {
      int colon = line.indexOf(':');
      boolean inName = !line.startsWith("HTTP/") && colon > 0;
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        boolean first = i == 0 || line.charAt(i - 1) == '-';
        text.append(inName && i < colon && first ? Character.toUpperCase(c) : c);
      }
      text.append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The bytes without the length of the body, and with another line. */
  byte[] withoutLength(String line) {
    StringBuilder text = new StringBuilder();
    for (String old : new String(bytes, StandardCharsets.ISO_8859_1).lines().toList()) {
      if (old.isEmpty()) {
        text.append(line).append("\r\n");
      }
      if (!old.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        text.append(old).append("\r\n");
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  String path() {
    return first.get(1);
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** Bytes of the body; 0 without one. */
  long length() {
    return Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  /** Whether the real answer is still to come. */
  boolean isInterim() {
    return first.get(1).startsWith("1");
  }

  boolean closes() {
    return header("connection").equalsIgnoreCase("close");
  }

  @Override
  public String toString() {
    return first + " " + headers;
  }
}
