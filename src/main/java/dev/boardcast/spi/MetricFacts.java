package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The facts behind one metric of a board: rows of one relation, the newest first, and how the
 * metric comes from them. Written in SQL, which the node puts together to one statement per page.
 * Immutable; each method returns another one.
 *
 * <p>Counted or summed up, the rows are the metric: of all time, or of {@link #during}.
 *
 * <pre>{@code
 * MetricFacts.of("deploy", "at", Key.NUMBER, "id")
 *     .where("outcome = ?", "failed")
 *     .groupedBy("service")
 *     .time("at", "at").column("service", "service").column("seconds", "seconds")
 *     .summed("seconds");
 * }</pre>
 */
public final class MetricFacts {
  /** The type of the column that identifies a row. */
  public enum Key {
    /** A {@code bigint}. */
    NUMBER("bigint", ""),
    /** A {@code text}, in the order of its bytes. */
    TEXT("text", " COLLATE \"C\"");

    private final String type;
    private final String order;

    Key(String type, String order) {
      this.type = type;
      this.order = order;
    }

    /** The name of the type in SQL. */
    public String type() {
      return type;
    }

    /** What follows an expression of the type where it is compared and sorted. */
    public String order() {
      return order;
    }
  }

  /** How a metric comes from its rows. */
  public enum Aggregate {
    /** Their number. */
    COUNT,
    /** The sum of a column. */
    SUM,
    /** The mean of a column over the rows where it is not null. */
    MEAN,
    /** In percent: the rows where a column is true, of those where it is not null. */
    PERCENT,
    /** In percent: the sum of a column, of the sum of another. */
    RATIO,
    /** The number of different values of a column. */
    DISTINCT,
    /** A column of the newest row. */
    LAST,
    /** Otherwise; {@link #note} says how. */
    OTHER
  }

  /**
   * A time range.
   *
   * @param from inclusive; empty for no start
   * @param to exclusive; empty for no end
   */
  public record Span(Optional<Instant> from, Optional<Instant> to) {
    /** All time. */
    public static final Span EVER = new Span(Optional.empty(), Optional.empty());

    /** From a time on. */
    public static Span since(Instant from) {
      return new Span(Optional.of(from), Optional.empty());
    }

    /** Before a time. */
    public static Span before(Instant to) {
      return new Span(Optional.empty(), Optional.of(to));
    }

    /** Between two times. */
    public static Span between(Instant from, Instant to) {
      return new Span(Optional.of(from), Optional.of(to));
    }
  }

  /**
   * A column that is shown.
   *
   * @param name in responses
   * @param sql an expression over a row
   * @param isTime whether it is a {@code timestamptz}, shown to the millisecond
   */
  public record Column(String name, String sql, boolean isTime) {}

  /**
   * What a row must fulfil.
   *
   * @param sql a condition, with a question mark for each value
   * @param values texts, numbers, booleans
   */
  public record Condition(String sql, List<Object> values) {}

  /** Reads which keys a metric shows by themselves. */
  @FunctionalInterface
  public interface ShownKeys {
    /**
     * Reads the keys.
     *
     * @param transaction the one that reads the facts
     * @param span of the facts asked for; empty for those of the snapshot
     * @throws Problem 400 if the metric cannot be computed of that range
     */
    Future<List<String>> read(SqlClient transaction, Optional<Span> span, Instant now);
  }

  /**
   * A key that stands for all that are not shown by themselves.
   *
   * @param key such as {@code other}
   */
  public record Rest(String key, ShownKeys shown) {}

  /** The first time that a range may start with. */
  public static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");

  /** The time of a row that has none: it is the oldest, and in no range. */
  public static final Instant NO_TIME = Instant.parse("1899-12-31T00:00:00Z");

  private final String relation;
  private final String time;
  private final Key keyType;
  private final String key;
  private List<Condition> conditions = List.of();
  private List<Column> columns = List.of();
  private Optional<String> group = Optional.empty();
  private Optional<Rest> rest = Optional.empty();
  private Aggregate aggregate = Aggregate.COUNT;
  private List<String> aggregated = List.of();
  private Function<Instant, Span> period = now -> Span.EVER;
  private Optional<Pool> pool = Optional.empty();
  private Optional<String> note = Optional.empty();

  private MetricFacts(String relation, String time, Key keyType, String key) {
    this.relation = relation;
    this.time = time;
    this.keyType = keyType;
    this.key = key;
  }

  /**
   * Rows that are counted, without columns.
   *
   * @param relation an item of {@code FROM} without parameters: a table, a join, a subquery with an
   *     alias
   * @param time an expression of type {@code timestamptz}, never null: which facts are newer
   * @param key an expression that differs between rows of the same time; an index on time and key
   *     makes a page as fast as it is short
   */
  public static MetricFacts of(String relation, String time, Key type, String key) {
    return new MetricFacts(relation, time, type, key);
  }

  /**
   * No rows, and why not.
   *
   * @param reason a clause such as {@code it compares messages at two times}
   */
  public static MetricFacts none(String reason) {
    return of("", "", Key.NUMBER, "").other(reason);
  }

  /** Shows a column after those before it. */
  public MetricFacts column(String name, String sql) {
    return with(new Column(name, sql, false));
  }

  /** Shows a column of type {@code timestamptz} after those before it. */
  public MetricFacts time(String name, String sql) {
    return with(new Column(name, sql, true));
  }

  /** Leaves out rows that do not fulfil a condition; see {@link Condition}. */
  public MetricFacts where(String sql, Object... values) {
    return with(
        facts -> {
          List<Condition> more = new ArrayList<>(conditions);
          more.add(new Condition(sql, List.of(values)));
          facts.conditions = List.copyOf(more);
        });
  }

  /**
   * For a metric with one value per key: the key of a row.
   *
   * @param sql an expression of type {@code text}; rows where it is null belong to no key
   */
  public MetricFacts groupedBy(String sql) {
    return with(facts -> facts.group = Optional.of(sql));
  }

  /** For a metric that shows some keys, and the others together as one. */
  public MetricFacts rest(String key, ShownKeys shown) {
    return with(facts -> facts.rest = Optional.of(new Rest(key, shown)));
  }

  /**
   * Which facts the snapshot counts; without it, those of all time.
   *
   * @param period the range at a time
   */
  public MetricFacts during(Function<Instant, Span> period) {
    return with(facts -> facts.period = period);
  }

  /** Reads from another database than the node's. The caller closes the pool. */
  public MetricFacts from(Pool pool) {
    return with(facts -> facts.pool = Optional.of(pool));
  }

  /** The metric is the sum of a shown column. */
  public MetricFacts summed(String column) {
    return with(Aggregate.SUM, List.of(column), Optional.empty());
  }

  /** The metric is the mean of a shown column over the rows where it is not null. */
  public MetricFacts averaged(String column) {
    return with(Aggregate.MEAN, List.of(column), Optional.empty());
  }

  /** The metric is the share of the rows where a shown column is true, in percent. */
  public MetricFacts percent(String column) {
    return with(Aggregate.PERCENT, List.of(column), Optional.empty());
  }

  /** The metric is the sum of a shown column, in percent of the sum of another. */
  public MetricFacts ratio(String part, String whole) {
    return with(Aggregate.RATIO, List.of(part, whole), Optional.empty());
  }

  /** The metric is the number of different values of a shown column. */
  public MetricFacts distinct(String column) {
    return with(Aggregate.DISTINCT, List.of(column), Optional.empty());
  }

  /** The metric is a shown column of the newest row. */
  public MetricFacts last(String column) {
    return with(Aggregate.LAST, List.of(column), Optional.empty());
  }

  /**
   * The metric comes from the rows otherwise.
   *
   * @param note how: a clause such as {@code the highest number of users in any second}
   */
  public MetricFacts other(String note) {
    return with(Aggregate.OTHER, List.of(), Optional.of(note));
  }

  /** Whether there are rows; {@link #note} says why not. */
  public boolean hasRows() {
    return !relation.isEmpty();
  }

  public String relation() {
    return relation;
  }

  /** The expression of the time. */
  public String time() {
    return time;
  }

  public Key keyType() {
    return keyType;
  }

  /** The expression of the key. */
  public String key() {
    return key;
  }

  public List<Condition> conditions() {
    return conditions;
  }

  public List<Column> columns() {
    return columns;
  }

  /** The expression of {@link #groupedBy}. */
  public Optional<String> group() {
    return group;
  }

  /** The key of {@link #rest(String, ShownKeys)}. */
  public Optional<Rest> rest() {
    return rest;
  }

  public Aggregate aggregate() {
    return aggregate;
  }

  /** The names of the columns that are aggregated: none, one, or for a ratio two. */
  public List<String> aggregated() {
    return aggregated;
  }

  /** The range of time that the snapshot counts. */
  public Span period(Instant now) {
    return period.apply(now);
  }

  /** Where the relation is; empty for the node's database. */
  public Optional<Pool> pool() {
    return pool;
  }

  /** How the metric comes from the rows, or why it has none. */
  public Optional<String> note() {
    return note;
  }

  private MetricFacts with(Column column) {
    return with(
        facts -> {
          List<Column> more = new ArrayList<>(columns);
          more.add(column);
          facts.columns = List.copyOf(more);
        });
  }

  private MetricFacts with(Aggregate aggregate, List<String> columns, Optional<String> note) {
    return with(
        facts -> {
          facts.aggregate = aggregate;
          facts.aggregated = columns;
          facts.note = note;
        });
  }

  /** A copy of this that differs. */
  private MetricFacts with(Consumer<MetricFacts> change) {
    var facts = new MetricFacts(relation, time, keyType, key);
    facts.conditions = conditions;
    facts.columns = columns;
    facts.group = group;
    facts.rest = rest;
    facts.aggregate = aggregate;
    facts.aggregated = aggregated;
    facts.period = period;
    facts.pool = pool;
    facts.note = note;
    change.accept(facts);
    return facts;
  }
}
