package io.bop.aof.tier2;

import io.bop.aof.format.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads one JSON object whose members are strings, numbers, {@code true}, {@code false} or {@code
 * null}; no more JSON is needed, and what is nested is refused. Confined.
 */
final class FlatJson {

  static final int MAX_SIZE = 4096;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /**
   * The members; numbers and literals as they are written.
   *
   * @throws MalformedException when it is anything else
   */
  static Map<String, String> parse(byte[] bytes) {
    if (bytes.length > MAX_SIZE) {
      throw new MalformedException(
          MAX_SIZE, "JSON is too large: size=" + bytes.length + " limit=" + MAX_SIZE);
    }
    try {
      // A fresh decoder reports bytes that are not UTF-8 instead of replacing them.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new FlatJson(text).object();
    } catch (CharacterCodingException e) {
      throw new MalformedException(0, "JSON is not UTF-8");
    }
  }

  private Map<String, String> object() {
    Map<String, String> members = new HashMap<>();
    expect('{');
    if (peek() == '}') {
      at++;
    } else {
      do {
        member(members);
      } while (another());
    }
    skipBlanks();
    if (at < text.length()) {
      throw malformed("text behind the object");
    }
    return members;
  }

  private void member(Map<String, String> members) {
    skipBlanks();
    String name = string();
    expect(':');
    String value = peek() == '"' ? string() : scalar();
    if (members.put(name, value) != null) {
      throw malformed("member twice: " + name);
    }
  }

  private boolean another() {
    char c = peek();
    if (c != ',' && c != '}') {
      throw malformed("expected ',' or '}'");
    }
    at++;
    return c == ',';
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return value.toString();
      }
      if (c < ' ') {
        throw malformed("control character in a string");
      }
      value.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed("unknown escape");
    };
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw malformed("not a hex digit");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private String scalar() {
    int start = at;
    while (at < text.length() && isScalar(text.charAt(at))) {
      at++;
    }
    String value = text.substring(start, at);
    boolean literal = value.equals("true") || value.equals("false") || value.equals("null");
    if (!literal && !value.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      throw malformed("expected a string, a number or a literal");
    }
    return value;
  }

  private static boolean isScalar(char c) {
    return c >= 'a' && c <= 'z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '+'
        || c == '.'
        || c == 'E';
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw malformed("expected '" + wanted + "'");
    }
    at++;
  }

  /** The next character that is not a blank; stays before it. */
  private char peek() {
    skipBlanks();
    if (at == text.length()) {
      throw malformed("ends early");
    }
    return text.charAt(at);
  }

  private char next() {
    if (at == text.length()) {
      throw malformed("ends early");
    }
    return text.charAt(at++);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private MalformedException malformed(String what) {
    return new MalformedException(at, "JSON is malformed: " + what + " at=" + at);
  }
}
