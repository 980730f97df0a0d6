package io.bop.aof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The headers of a record: names with values, in the order they were added. A name may occur more
 * than once. Immutable.
 */
public final class RecordHeaders implements Iterable<RecordHeaders.Header> {

  /** Most headers that one record can have. */
  public static final int MAX_COUNT = 65_535;

  /** Longest name, in bytes of UTF-8. */
  public static final int MAX_NAME_SIZE = 65_535;

  private static final RecordHeaders EMPTY = new RecordHeaders(List.of());

  private final List<Header> headers;

  private RecordHeaders(List<Header> headers) {
    this.headers = headers;
  }

  /** No headers. */
  public static RecordHeaders empty() {
    return EMPTY;
  }

  /** The given headers in their order. */
  public static RecordHeaders of(List<Header> headers) {
    if (headers.isEmpty()) {
      return EMPTY;
    }
    if (headers.size() > MAX_COUNT) {
      throw new IllegalArgumentException(
          "too many headers: count=" + headers.size() + " limit=" + MAX_COUNT);
    }
    return new RecordHeaders(List.copyOf(headers));
  }

  /** These headers and one more at the end. */
  public RecordHeaders with(String name, byte[] value) {
    List<Header> copy = new ArrayList<>(headers);
    copy.add(new Header(name, value));
    return of(copy);
  }

  /** These headers and one more at the end, its value in UTF-8. */
  public RecordHeaders with(String name, String value) {
    return with(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of the last header of that name. */
  public Optional<byte[]> last(String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name().equals(name)) {
        return Optional.of(headers.get(i).value());
      }
    }
    return Optional.empty();
  }

  /** The value of the last header of that name, read as UTF-8. */
  public Optional<String> lastString(String name) {
    return last(name).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** How many there are. */
  public int count() {
    return headers.size();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return headers.isEmpty();
  }

  /** All of them, unmodifiable. */
  public List<Header> asList() {
    return headers;
  }

  @Override
  public Iterator<Header> iterator() {
    return headers.iterator();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RecordHeaders other && headers.equals(other.headers);
  }

  @Override
  public int hashCode() {
    return headers.hashCode();
  }

  @Override
  public String toString() {
    return headers.toString();
  }

  /**
   * One header.
   *
   * @param name not empty, at most {@link #MAX_NAME_SIZE} bytes of UTF-8
   * @param value any bytes; shared, not copied: do not change them
   */
  public record Header(String name, byte[] value) {
    /** Checks the name. */
    public Header {
      Objects.requireNonNull(value, "value");
      if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_SIZE) {
        throw new IllegalArgumentException(
            "header name must have 1 to " + MAX_NAME_SIZE + " bytes: length=" + name.length());
      }
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Header other
          && name.equals(other.name)
          && Arrays.equals(value, other.value);
    }

    @Override
    public int hashCode() {
      return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return name + "=" + value.length + " bytes";
    }
  }
}
