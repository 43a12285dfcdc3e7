package dev.boardcast.admin;

import dev.boardcast.admin.AuditRoutes.Entry;
import dev.boardcast.spi.Page;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the audit trail. Thread safe. */
final class AuditQuery {
  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

  private final Pool pool;

  AuditQuery(Pool pool) {
    this.pool = pool;
  }

  /**
   * Which rows.
   *
   * @param from the earliest
   * @param to those before it
   * @param after the row after which a page starts
   */
  record Filter(
      Optional<String> actor,
      Optional<String> action,
      Optional<String> target,
      Optional<String> outcome,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Page.Cursor> after) {}

  /** Whether a row may have that time. */
  static boolean isTime(Instant time) {
    return !time.isBefore(FIRST) && time.isBefore(LAST);
  }

  /** The newest rows first. */
  Future<List<Entry>> find(Filter filter, int limit) {
    var conditions = new ArrayList<String>();
    var parameters = Tuple.tuple();
    filter.actor().ifPresent(text -> equal(conditions, parameters, "actor", text));
    filter.action().ifPresent(text -> equal(conditions, parameters, "action", text));
    filter.target().ifPresent(text -> equal(conditions, parameters, "target", text));
    filter.outcome().ifPresent(text -> equal(conditions, parameters, "outcome", text));
    filter.from().ifPresent(time -> time(conditions, parameters, "at >= $", time));
    filter.to().ifPresent(time -> time(conditions, parameters, "at < $", time));
    filter
        .after()
        .ifPresent(
            row -> {
              parameters.addOffsetDateTime(utc(row.at())).addLong(Long.parseLong(row.key()));
              int last = parameters.size();
              conditions.add("(at, id) < ($" + (last - 1) + ", $" + last + ")");
            });
    String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    parameters.addInteger(limit);
    String sql =
        "SELECT id, at, actor, address, user_agent, action, target, outcome, status, reason,"
            + " request_id, node, count FROM audit"
            + where
            + " ORDER BY at DESC, id DESC LIMIT $"
            + parameters.size();
    return pool.preparedQuery(sql)
        .execute(parameters)
        .map(rows -> rows.stream().map(AuditQuery::entry).toList());
  }

  private static void equal(List<String> conditions, Tuple parameters, String column, String text) {
    parameters.addString(text);
    conditions.add(column + " = $" + parameters.size());
  }

  private static void time(
      List<String> conditions, Tuple parameters, String condition, Instant time) {
    parameters.addOffsetDateTime(utc(time));
    conditions.add(condition + parameters.size());
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static Entry entry(Row row) {
    Short status = row.getShort("status");
    return new Entry(
        row.getLong("id").toString(),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("actor"),
        row.getString("address"),
        row.getString("user_agent"),
        row.getString("action"),
        row.getString("target"),
        row.getString("outcome"),
        status == null ? null : status.intValue(),
        row.getString("reason"),
        row.getString("request_id"),
        row.getString("node"),
        row.getInteger("count"));
  }
}
