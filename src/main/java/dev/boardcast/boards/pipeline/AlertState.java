package dev.boardcast.boards.pipeline;

import dev.boardcast.boards.pipeline.Alert.Finding;
import dev.boardcast.boards.pipeline.Alert.Key;
import dev.boardcast.boards.pipeline.Alert.Severity;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Stores the raised alerts. A change and its event are written in the fold's transaction, so that
 * an alert is raised once and cleared once on whichever node computes.
 *
 * <p>What an alert says follows its numbers without a write or an event.
 *
 * <p>Events are {@code alert_raised}, {@code alert_changed} (another severity) and {@code
 * alert_cleared}. Their data is the alert; the last has {@code cleared_at} too.
 */
final class AlertState {
  /** The stream of the events. */
  static final String STREAM = "alerts";

  static final String RAISED = "alert_raised";
  static final String CHANGED = "alert_changed";
  static final String CLEARED = "alert_cleared";

  private static final String SELECT =
      "SELECT id, severity, source, rule, message, since FROM pipeline_alert";
  private static final String RAISE =
      """
      INSERT INTO pipeline_alert (id, severity, source, rule, message, since)
      SELECT *, $6::timestamptz
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])""";
  private static final String CHANGE =
      """
      UPDATE pipeline_alert a SET severity = c.severity, message = c.message
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS c (id, severity, message)
      WHERE a.id = c.id""";
  private static final String CLEAR = "DELETE FROM pipeline_alert WHERE id = ANY ($1::uuid[])";

  private static final Comparator<Alert> ORDER =
      Comparator.comparing(Alert::since).thenComparing(Alert::source).thenComparing(Alert::rule);

  private record Cleared(
      UUID id,
      Severity severity,
      String source,
      String rule,
      String message,
      Instant since,
      Instant clearedAt) {
    static Cleared of(Alert alert, Instant at) {
      return new Cleared(
          alert.id(),
          alert.severity(),
          alert.source(),
          alert.rule(),
          alert.message(),
          alert.since(),
          at);
    }
  }

  private final EventPublisher publisher;

  AlertState(EventPublisher publisher) {
    this.publisher = publisher;
  }

  /** Reads the raised alerts, the oldest first. */
  Future<List<Alert>> read(SqlClient transaction) {
    return transaction
        .query(SELECT)
        .execute()
        .map(
            rows -> {
              var alerts = new ArrayList<Alert>(rows.size());
              for (Row row : rows) alerts.add(alert(row));
              alerts.sort(ORDER);
              return alerts;
            });
  }

  /**
   * Raises, changes and clears alerts to match the findings. Writes nothing if nothing changed.
   *
   * @param raised as {@link #read} returned it in the same transaction
   * @return the alerts that are raised now, the oldest first
   */
  Future<List<Alert>> update(
      SqlClient transaction, List<Alert> raised, List<Finding> findings, Instant now) {
    Map<Key, Finding> found = new LinkedHashMap<>();
    findings.forEach(finding -> found.put(finding.key(), finding));
    var unchanged = new ArrayList<Alert>();
    var changed = new ArrayList<Alert>();
    var cleared = new ArrayList<Alert>();
    for (Alert alert : raised) {
      Finding finding = found.remove(alert.key());
      if (finding == null) cleared.add(alert);
      else if (finding.severity() == alert.severity()) unchanged.add(alert.with(finding));
      else changed.add(alert.with(finding));
    }
    List<Alert> added = found.values().stream().map(finding -> raise(finding, now)).toList();

    var current = new ArrayList<>(unchanged);
    current.addAll(changed);
    current.addAll(added);
    current.sort(ORDER);
    return write(transaction, added, changed, cleared, now).map(current);
  }

  /** Alerts with what was found about them now; one without a finding stays as it is. */
  static List<Alert> describe(List<Alert> raised, List<Finding> findings) {
    Map<Key, Finding> found = new HashMap<>();
    findings.forEach(finding -> found.put(finding.key(), finding));
    return raised.stream()
        .map(alert -> found.containsKey(alert.key()) ? alert.with(found.get(alert.key())) : alert)
        .toList();
  }

  private Future<Void> write(
      SqlClient transaction,
      List<Alert> added,
      List<Alert> changed,
      List<Alert> cleared,
      Instant now) {
    var steps = new ArrayList<Future<?>>();
    var events = new ArrayList<NewEvent>();
    if (!cleared.isEmpty()) {
      steps.add(transaction.preparedQuery(CLEAR).execute(Tuple.of(ids(cleared))));
      cleared.forEach(alert -> events.add(event(CLEARED, Cleared.of(alert, now), now)));
    }
    if (!changed.isEmpty()) {
      steps.add(transaction.preparedQuery(CHANGE).execute(change(changed)));
      changed.forEach(alert -> events.add(event(CHANGED, alert, now)));
    }
    if (!added.isEmpty()) {
      steps.add(transaction.preparedQuery(RAISE).execute(raise(added, now)));
      added.forEach(alert -> events.add(event(RAISED, alert, now)));
    }
    if (events.isEmpty()) return Future.succeededFuture();
    steps.add(publisher.append(transaction, events));
    return Future.all(steps).mapEmpty();
  }

  private static Tuple raise(List<Alert> alerts, Instant now) {
    return Tuple.tuple()
        .addArrayOfUUID(ids(alerts))
        .addArrayOfString(texts(alerts, alert -> alert.severity().stored()))
        .addArrayOfString(texts(alerts, Alert::source))
        .addArrayOfString(texts(alerts, Alert::rule))
        .addArrayOfString(texts(alerts, Alert::message))
        .addOffsetDateTime(now.atOffset(ZoneOffset.UTC));
  }

  private static Tuple change(List<Alert> alerts) {
    return Tuple.tuple()
        .addArrayOfUUID(ids(alerts))
        .addArrayOfString(texts(alerts, alert -> alert.severity().stored()))
        .addArrayOfString(texts(alerts, Alert::message));
  }

  private static Alert raise(Finding finding, Instant now) {
    return new Alert(
        UUID.randomUUID(),
        finding.severity(),
        finding.key().source(),
        finding.key().rule(),
        finding.message(),
        now);
  }

  private static NewEvent event(String type, Object data, Instant now) {
    return new NewEvent(UUID.randomUUID(), type, List.of(STREAM), RawJson.encode(data), now);
  }

  private static UUID[] ids(List<Alert> alerts) {
    return alerts.stream().map(Alert::id).toArray(UUID[]::new);
  }

  private static String[] texts(List<Alert> alerts, Function<Alert, String> column) {
    return alerts.stream().map(column).toArray(String[]::new);
  }

  private static Alert alert(Row row) {
    return new Alert(
        row.getUUID("id"),
        Severity.of(row.getString("severity")),
        row.getString("source"),
        row.getString("rule"),
        row.getString("message"),
        row.getOffsetDateTime("since").toInstant());
  }
}
