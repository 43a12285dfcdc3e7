package dev.boardcast.spi;

import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A batch of facts for one statement that leaves out those whose event id is known, and returns the
 * event ids of the others.
 *
 * @param told in the order in which they were told
 * @param eventId null for a fact that has none: it is always new
 */
public record FactBatch<T>(List<T> told, Function<T, String> eventId) {

  /**
   * In the order in which to write them: two batches that share event ids wait for each other in
   * the same order, not crosswise.
   */
  public List<T> sorted() {
    List<T> sorted = new ArrayList<>(told);
    sorted.sort(Comparator.comparing(eventId, Comparator.nullsFirst(Comparator.naturalOrder())));
    return sorted;
  }

  /**
   * For each fact, in order, whether it was new; of several with one event id the first is.
   *
   * @param inserted the event ids that were not known, in the first column
   */
  public List<Boolean> isNew(Iterable<Row> inserted) {
    Set<String> fresh = new HashSet<>();
    for (Row row : inserted) fresh.add(row.getString(0));
    return told.stream().map(eventId).map(id -> id == null || fresh.remove(id)).toList();
  }

  /** A column of facts, as a parameter. */
  public static <T> String[] texts(List<T> rows, Function<T, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  /** The same of exact numbers, as texts without an exponent, to be cast. */
  public static <T> String[] decimals(List<T> rows, Function<T, BigDecimal> column) {
    return texts(
        rows,
        row -> {
          BigDecimal number = column.apply(row);
          return number == null ? null : number.toPlainString();
        });
  }

  /**
   * The same of times.
   *
   * @param now for facts that do not say when
   */
  public static <T> OffsetDateTime[] times(List<T> rows, Function<T, Instant> column, Instant now) {
    return rows.stream()
        .map(column)
        .map(told -> (told == null ? now : told).atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }
}
