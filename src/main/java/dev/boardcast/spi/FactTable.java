package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The table of one kind of fact: its columns, and how a fact fills them. Immutable; a column is
 * added by a method that returns a new table.
 *
 * <p>The table has a column {@code event_id text UNIQUE}. A batch is inserted by one statement that
 * skips known event ids, so that sending a fact again is harmless. Where old facts are dropped (see
 * {@link Board#sealing}), a fact from before that time is rejected, as its id may be forgotten.
 *
 * <pre>{@code
 * static final FactTable<Deploy> DEPLOYS =
 *     FactTable.of("deploy", Deploy::eventId)
 *         .text("service", Deploy::service)
 *         .decimal("seconds", Deploy::seconds);
 * }</pre>
 *
 * @param <T> the fact
 */
public final class FactTable<T> {
  // See facts_not_sealed().
  private static final String SEALED = "SEALD";

  private final String name;
  private final Function<T, String> eventId;
  private final List<Column<T>> columns;
  private final Optional<Time<T>> time;

  /**
   * The time of a fact.
   *
   * @param field its name in JSON
   */
  private record Time<T>(String field, Function<T, Instant> value) {
    boolean isBefore(T fact, Instant bound) {
      Instant own = value.apply(fact);
      return own != null && own.isBefore(bound);
    }

    Problem problem(Instant bound) {
      return Problem.invalid(
          field, "a time from %s on, since older facts are sealed".formatted(bound));
    }
  }

  /**
   * A column.
   *
   * @param type the SQL type of the column
   * @param parameter the SQL type of its parameter, an array
   * @param bind adds the values of all rows to the parameters; {@code now} is for missing times
   */
  private record Column<T>(String name, String type, String parameter, Bind<T> bind) {}

  @FunctionalInterface
  private interface Bind<T> {
    void add(Tuple parameters, List<T> rows, Instant now);
  }

  private FactTable(
      String name, Function<T, String> eventId, List<Column<T>> columns, Optional<Time<T>> time) {
    this.time = time;
    this.name = name;
    this.eventId = eventId;
    this.columns = List.copyOf(columns);
  }

  /**
   * A table with the column {@code event_id} alone.
   *
   * @param name of the table, without a schema
   * @param eventId the fact's event id; null for a fact without one, which is always new
   */
  public static <T> FactTable<T> of(String name, Function<T, String> eventId) {
    Bind<T> bind = (to, rows, now) -> to.addArrayOfString(texts(rows, eventId));
    var column = new Column<T>("event_id", "text", "text", bind);
    return new FactTable<>(name, eventId, List.of(column), Optional.empty());
  }

  /** Adds a column of type {@code text}. */
  public FactTable<T> text(String column, Function<T, String> value) {
    return with(column, "text", "text", (to, rows, now) -> to.addArrayOfString(texts(rows, value)));
  }

  /** Adds a column of type {@code bigint}. */
  public FactTable<T> integer(String column, Function<T, Long> value) {
    return with(
        column,
        "bigint",
        "bigint",
        (to, rows, now) -> to.addArrayOfLong(rows.stream().map(value).toArray(Long[]::new)));
  }

  /** Adds a column of type {@code numeric}; values are exact. */
  public FactTable<T> decimal(String column, Function<T, BigDecimal> value) {
    // As text: the client would send an exponent for some values.
    return with(
        column,
        "numeric",
        "text",
        (to, rows, now) ->
            to.addArrayOfString(
                texts(
                    rows,
                    row -> {
                      BigDecimal number = value.apply(row);
                      return number == null ? null : number.toPlainString();
                    })));
  }

  /** Adds a column of type {@code boolean}. */
  public FactTable<T> flag(String column, Function<T, Boolean> value) {
    return with(
        column,
        "boolean",
        "boolean",
        (to, rows, now) -> to.addArrayOfBoolean(rows.stream().map(value).toArray(Boolean[]::new)));
  }

  /** As {@link #time(String, String, Function)}, of a field with the name of the column. */
  public FactTable<T> time(String column, Function<T, Instant> value) {
    return time(column, column.replace("\"", ""), value);
  }

  /**
   * Adds a column of type {@code timestamptz}; for null, the time of writing is stored. The last
   * one added is the time of the fact.
   *
   * @param field the name in JSON, for clients whose fact is too old
   */
  public FactTable<T> time(String column, String field, Function<T, Instant> value) {
    return new FactTable<>(name, eventId, columns, Optional.of(new Time<>(field, value)))
        .with(
            column,
            "timestamptz",
            "timestamptz",
            (to, rows, now) ->
                to.addArrayOfOffsetDateTime(
                    rows.stream()
                        .map(value)
                        .map(given -> (given == null ? now : given).atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new)));
  }

  /** Adds a column of type {@code timestamptz} that may be NULL. */
  public FactTable<T> optionalTime(String column, Function<T, Instant> value) {
    return with(
        column,
        "timestamptz",
        "timestamptz",
        (to, rows, now) ->
            to.addArrayOfOffsetDateTime(
                rows.stream()
                    .map(value)
                    .map(given -> given == null ? null : given.atOffset(ZoneOffset.UTC))
                    .toArray(OffsetDateTime[]::new)));
  }

  /**
   * A sink that inserts batches into this table and reports commits of new facts. Of several facts
   * with one event id the first is new.
   *
   * @param board the board whose facts these are
   */
  public FactSink<T> sink(BoardContext context, String board) {
    String insert = insert();
    return new FactSink<>() {
      @Override
      public Future<List<Outcome>> store(List<T> facts) {
        return FactTable.this
            .store(context, board, insert, parameters(context, facts), facts)
            .recover(cause -> withoutSealed(facts, cause).store(facts));
      }

      @Override
      public Future<List<Outcome>> store(List<T> facts, AuditEntry entry) {
        String statement = entry.with(columns.size()) + insert;
        Tuple parameters = entry.bind(parameters(context, facts));
        return FactTable.this
            .store(context, board, statement, parameters, facts)
            .recover(cause -> withoutSealed(facts, cause).store(facts, entry));
      }

      /** A sink for the facts that are not too old; fails as before if none is. */
      private FactSink<T> withoutSealed(List<T> facts, Throwable cause) {
        Optional<Instant> bound = sealedBefore(cause);
        boolean isTooOld =
            bound.isPresent() && facts.stream().anyMatch(fact -> isBefore(fact, bound.get()));
        if (!isTooOld) return failing(cause);
        return rejecting(
            fact ->
                isBefore(fact, bound.get())
                    ? Optional.of(time.orElseThrow().problem(bound.get()))
                    : Optional.empty());
      }
    };
  }

  private boolean isBefore(T fact, Instant bound) {
    return time.isPresent() && time.get().isBefore(fact, bound);
  }

  private static <T> FactSink<T> failing(Throwable cause) {
    return new FactSink<>() {
      @Override
      public Future<List<Outcome>> store(List<T> facts) {
        return Future.failedFuture(cause);
      }

      @Override
      public Future<List<Outcome>> store(List<T> facts, AuditEntry entry) {
        return Future.failedFuture(cause);
      }
    };
  }

  /** The time up to which facts of the table are sealed, if that is why the statement failed. */
  private static Optional<Instant> sealedBefore(Throwable cause) {
    return cause instanceof PgException refused && SEALED.equals(refused.getSqlState())
        ? Optional.of(Instant.parse(refused.getDetail()))
        : Optional.empty();
  }

  private Tuple parameters(BoardContext context, List<T> facts) {
    // Sorted, so that two batches with the same event ids wait for each other in one order.
    List<T> rows = new ArrayList<>(facts);
    rows.sort(Comparator.comparing(eventId, Comparator.nullsFirst(Comparator.naturalOrder())));
    Instant now = context.clock().instant();
    Tuple parameters = Tuple.tuple();
    columns.forEach(column -> column.bind().add(parameters, rows, now));
    return parameters;
  }

  private Future<List<FactSink.Outcome>> store(
      BoardContext context, String board, String insert, Tuple parameters, List<T> facts) {
    return context
        .pool()
        .preparedQuery(insert)
        .execute(parameters)
        .map(
            inserted -> {
              if (inserted.size() > 0) context.factsCommitted(board);
              return outcomes(facts, inserted);
            });
  }

  private List<FactSink.Outcome> outcomes(List<T> facts, Iterable<Row> inserted) {
    Set<String> fresh = new HashSet<>();
    for (Row row : inserted) fresh.add(row.getString(0));
    return facts.stream()
        .map(eventId)
        .map(
            id ->
                id == null || fresh.remove(id) ? FactSink.Outcome.NEW : FactSink.Outcome.DUPLICATE)
        .toList();
  }

  private FactTable<T> with(String column, String type, String parameter, Bind<T> bind) {
    List<Column<T>> more = new ArrayList<>(columns);
    more.add(new Column<>(column, type, parameter, bind));
    return new FactTable<>(name, eventId, more, time);
  }

  private String insert() {
    String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
    String values =
        columns.stream()
            .map(column -> column.name() + "::" + column.type())
            .collect(Collectors.joining(", "));
    String parameters =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "$" + (i + 1) + "::" + columns.get(i).parameter() + "[]")
            .collect(Collectors.joining(", "));
    return """
        INSERT INTO %s (%s)
        SELECT %s FROM unnest(%s) AS fact (%s)
        ON CONFLICT (event_id) DO NOTHING
        RETURNING event_id"""
        .formatted(name, names, values, parameters, names);
  }

  private static <T> String[] texts(List<T> rows, Function<T, String> value) {
    return rows.stream().map(value).toArray(String[]::new);
  }
}
