package io.bop.aof.format;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** Reads the frozen bytes of a released format version. */
final class GoldenBytes {

  private GoldenBytes() {}

  static byte[] read(String version, String name) {
    String path = "/golden/" + version + "/" + name + ".hex";
    try (InputStream in =
            Objects.requireNonNull(GoldenBytes.class.getResourceAsStream(path), path);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      byte[] bytes = new byte[0];
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("length ")) {
          bytes = new byte[HexFormat.fromHexDigits(line, 7, line.length())];
        } else if (!line.isBlank() && !line.startsWith("#")) {
          int colon = line.indexOf(':');
          byte[] row = HexFormat.ofDelimiter(" ").parseHex(line.substring(colon + 1).trim());
          System.arraycopy(row, 0, bytes, HexFormat.fromHexDigits(line, 0, colon), row.length);
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }
}
