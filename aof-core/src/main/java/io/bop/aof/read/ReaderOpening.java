package io.bop.aof.read;

import io.bop.aof.AofReader;
import io.bop.aof.Cursor;
import io.bop.aof.OffsetDivergedException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.Visibility;
import java.util.function.BooleanSupplier;

/** Finds the place where a reader begins. */
public final class ReaderOpening {

  private ReaderOpening() {}

  /**
   * A reader that begins at {@code from}.
   *
   * @param closed whether the store was closed
   * @throws OffsetOutOfRangeException when the place does not exist and the options do not say to
   *     begin at the start instead
   * @throws OffsetDivergedException when it is a cursor whose records were replaced
   */
  public static AofReader open(
      ReadView view, ReadFrom from, ReadOptions options, BooleanSupplier closed) {
    if (from instanceof ReadFrom.Timestamp time) {
      return TimestampSeek.open(view, options, time.micros(), closed);
    }
    long offset;
    if (from instanceof ReadFrom.Offset wanted) {
      offset = checked(view, wanted.offset(), options);
    } else if (from instanceof ReadFrom.At at) {
      offset = checked(view, at.cursor(), options);
    } else if (from instanceof ReadFrom.Latest) {
      offset =
          options.visibility() == Visibility.DURABLE
              ? view.tail().durableOffset()
              : view.tail().nextOffset();
    } else {
      offset = Math.min(view.ledger().startOffset(), view.tail().nextOffset());
    }
    return new StreamReader(view, options, offset, closed);
  }

  private static long checked(ReadView view, Cursor cursor, ReadOptions options) {
    long diverges = view.ledger().divergesAt(cursor.epoch());
    if (cursor.offset() > diverges) {
      throw new OffsetDivergedException(view.name(), cursor, diverges);
    }
    return checked(view, cursor.offset(), options);
  }

  private static long checked(ReadView view, long wanted, ReadOptions options) {
    long start = view.ledger().startOffset();
    long next = view.tail().nextOffset();
    if (wanted < start && options.clampToStart()) {
      return start;
    }
    if (wanted < start || wanted > next) {
      throw new OffsetOutOfRangeException(view.name(), wanted, start, next);
    }
    return wanted;
  }
}
