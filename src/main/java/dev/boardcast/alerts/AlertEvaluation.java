package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.engine.SnapshotWatch;
import dev.boardcast.spi.RawJson;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates all rules of a board against its snapshot, in a repeatable-read transaction of a fold
 * or of {@link AlertClock}: whichever commits second is run again, so each transition is written
 * once. Thread safe.
 */
final class AlertEvaluation implements SnapshotWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AlertEvaluation.class);

  /** Most values that one rule watches; further keys are ignored and counted. */
  static final int MAX_VALUES = 200;

  /** Most rules; each fold reads those of its board. */
  static final int MAX_RULES = 1_000;

  // The definition only of those that this node does not know yet.
  private static final String LOAD =
      """
      SELECT r.id, r.version,
             CASE WHEN NOT r.id::text || ' ' || r.version = ANY ($2::text[])
                  THEN r.definition::text END AS definition,
      """
          + AlertInstance.COLUMNS
          + " FROM alert_rule r LEFT JOIN alert_state s ON s.rule = r.id WHERE r.board = $1";

  private static final String DROP = "DELETE FROM alert_state WHERE rule = $1 AND key = $2";

  private final TransitionWriter transitions;
  private final Runnable told;
  private final Counter ignored;
  private final BaselineQuery baselines = new BaselineQuery();
  private final Map<String, Map<UUID, StoredRule>> known = new ConcurrentHashMap<>();

  /**
   * @param told called after the commit of transitions
   * @param ignored counts values beyond {@link #MAX_VALUES}
   */
  AlertEvaluation(TransitionWriter transitions, Runnable told, Counter ignored) {
    this.transitions = transitions;
    this.told = told;
    this.ignored = ignored;
  }

  /** A rule of the board with its values by key. */
  private record Watched(StoredRule stored, Map<String, AlertInstance> instances) {}

  /** What is written after all rules were evaluated. */
  private static final class Changes {
    final List<Tuple> saved = new ArrayList<>();
    final List<Tuple> dropped = new ArrayList<>();
    final List<TransitionWriter.Told> told = new ArrayList<>();
  }

  /** Of parts of the board, those are looked at that the fold has computed. */
  @Override
  public Future<Optional<Step>> begin(SqlClient tx, String board) {
    return begin(tx, board, false);
  }

  /**
   * As {@link #begin(SqlClient, String)}.
   *
   * @param all whether all parts are looked at
   */
  Future<Optional<Step>> begin(SqlClient tx, String board, boolean all) {
    Map<UUID, StoredRule> before = known.getOrDefault(board, Map.of());
    String[] versions =
        before.values().stream()
            .map(each -> each.id() + " " + each.version())
            .toArray(String[]::new);
    return tx.preparedQuery(LOAD)
        .execute(Tuple.of(board).addArrayOfString(versions))
        .map(
            rows -> {
              var watched = watched(rows, before);
              Map<UUID, StoredRule> now = new HashMap<>();
              watched.values().forEach(each -> now.put(each.stored().id(), each.stored()));
              if (now.isEmpty()) known.remove(board);
              else known.put(board, now);
              if (watched.isEmpty()) return Optional.empty();
              return Optional.of(
                  (snapshot, at) -> evaluate(tx, watched.values(), snapshot, at, all));
            });
  }

  private static Map<UUID, Watched> watched(Iterable<Row> rows, Map<UUID, StoredRule> before) {
    Map<UUID, Watched> watched = new LinkedHashMap<>();
    for (Row row : rows) {
      UUID id = row.getUUID("id");
      String definition = row.getString("definition");
      var rule =
          watched.computeIfAbsent(
              id,
              first ->
                  new Watched(
                      definition == null
                          ? before.get(id)
                          : new StoredRule(
                              id,
                              null,
                              row.getLong("version"),
                              null,
                              null,
                              null,
                              Sql.json(definition, AlertRule.class)),
                      new HashMap<>()));
      if (row.getString("key") != null) {
        rule.instances().put(row.getString("key"), AlertInstance.of(row));
      }
    }
    return watched;
  }

  private Future<Runnable> evaluate(
      SqlClient tx, Iterable<Watched> rules, RawJson snapshot, Instant now, boolean all) {
    JsonNode values;
    try {
      values = Sql.json(snapshot.text(), JsonNode.class);
    } catch (RuntimeException defect) {
      // A board that says what is no JSON goes on; its alerts wait.
      LOG.warn("a snapshot cannot be read for alerts", defect);
      return Future.succeededFuture(() -> {});
    }
    var changes = new Changes();
    Future<?> evaluated = Future.succeededFuture();
    for (Watched rule : rules) {
      Optional<Instant> computedAt = all ? Optional.empty() : Optional.of(now);
      evaluated =
          evaluated
              .compose(before -> read(tx, rule, values, computedAt))
              .compose(
                  seen ->
                      seen.isNothing()
                          ? Future.succeededFuture()
                          : baselines
                              .read(tx, rule.stored(), now)
                              .map(
                                  usual -> {
                                    evaluate(rule, seen, usual, now, changes);
                                    return null;
                                  }));
    }
    return evaluated.compose(done -> write(tx, changes));
  }

  /** Of parts, what is stored in this transaction; of the whole board, what is in its snapshot. */
  private Future<SeenValues> read(
      SqlClient tx, Watched watched, JsonNode snapshot, Optional<Instant> computedAt) {
    AlertRule rule = watched.stored().rule();
    return RulePart.of(rule).isWhole()
        ? Future.succeededFuture(SeenValues.of(rule, snapshot, watched.instances().keySet()))
        : PartValues.read(tx, rule, watched.instances().keySet(), computedAt);
  }

  private void evaluate(
      Watched watched, SeenValues seen, Map<String, Baseline> usual, Instant now, Changes changes) {
    StoredRule stored = watched.stored();
    AlertRule rule = stored.rule();
    var found = seen.found();
    boolean isMany = rule.reference().isMany() || RulePart.of(rule).isMany();
    Set<String> keys = new LinkedHashSet<>(seen.keys());
    int others = watched.instances().size();
    for (String key : found.keySet()) {
      boolean isWatched = keys.contains(key) || watched.instances().containsKey(key);
      if (isWatched || others < MAX_VALUES) {
        if (!isWatched) others++;
        keys.add(key);
      } else ignored.increment();
    }
    for (String key : keys) {
      AlertInstance before = watched.instances().getOrDefault(key, AlertInstance.NEW);
      Optional<BigDecimal> value = Optional.ofNullable(found.get(key));
      Verdict verdict =
          rule.judge(value, BaselineQuery.of(usual, RulePart.of(rule).metricKey(key)));
      AlertInstance next = before.next(rule, value, verdict, now);
      boolean isGone = value.isEmpty() && next.isNothing() && isMany;
      boolean isStored = watched.instances().containsKey(key);
      if (isGone && isStored) changes.dropped.add(Tuple.of(stored.id(), key));
      else if (next != before || !isStored) changes.saved.add(next.row(stored.id(), key));
      if (next.state().status() != before.state().status()) {
        changes.told.add(
            new TransitionWriter.Told(transition(stored, key, before, next, now), rule.channels()));
      }
    }
  }

  private static Transition transition(
      StoredRule stored, String key, AlertInstance before, AlertInstance next, Instant now) {
    AlertRule rule = stored.rule();
    return new Transition(
        next.transition(),
        now,
        next.alert() == null ? before.alert() : next.alert(),
        stored.id(),
        rule.name(),
        rule.board(),
        rule.labelOf(key),
        rule.keyOf(key),
        rule.withOf(key),
        before.state().status(),
        next.state().status(),
        next.value(),
        rule.condition(),
        rule.bound(),
        rule.severity(),
        rule.labels());
  }

  private Future<Runnable> write(SqlClient tx, Changes changes) {
    List<Future<?>> steps = new ArrayList<>();
    if (!changes.saved.isEmpty()) {
      steps.add(tx.preparedQuery(AlertInstance.SAVE).executeBatch(changes.saved));
    }
    if (!changes.dropped.isEmpty()) {
      steps.add(tx.preparedQuery(DROP).executeBatch(changes.dropped));
    }
    if (changes.told.isEmpty()) return Future.join(steps).map(done -> () -> {});
    var written = transitions.write(tx, changes.told);
    steps.add(written);
    return Future.join(steps)
        .map(
            done ->
                () -> {
                  written.result().run();
                  told.run();
                });
  }
}
