package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Counts all tasks: open and completed, overdue, by priority and by assignee. Its topic is not its
 * name, since the topic {@code tasks} is that of the events of tasks. Its fold also reminds of
 * tasks that are due: see {@link Reminders}.
 */
final class TaskBoard implements Board {
  static final String NAME = "tasks";
  static final String TOPIC = "task-metrics";

  private static final String NEXT =
      """
      SELECT (SELECT min(at) FROM task_board_due WHERE grain = 0 AND at > $1) AS overdue,
        (SELECT min(at) FROM task_board_due WHERE grain = 0 AND at > $2) AS soon,
        EXISTS (SELECT FROM task_board_created WHERE bucket >= $3)
          OR EXISTS (SELECT FROM task_board_completed WHERE bucket >= $3) AS is_recent""";
  private static final String RANGE =
      """
      SELECT (SELECT coalesce(sum(tasks), 0)::bigint FROM task_board_created
              WHERE bucket >= $1 AND bucket < $2) AS created,
        coalesce(sum(tasks), 0)::bigint AS completed,
        round(sum(seconds) / nullif(sum(tasks), 0), 3) AS average
      FROM task_board_completed WHERE bucket >= $1 AND bucket < $2""";

  private final Reminders reminders;

  TaskBoard(Reminders reminders) {
    this.reminders = reminders;
  }

  /** The metrics of a range; the others are of now. */
  private record Range(long created, long completed, BigDecimal averageCompletionSeconds) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String topic() {
    return TOPIC;
  }

  @Override
  public String title() {
    return "Tasks in numbers";
  }

  @Override
  public List<MetricDescription> metrics() {
    return List.of(
        gauge("open", "Open tasks", "count"),
        gauge("overdue", "Overdue", "count"),
        gauge("due_next_24h", "Due within 24 h", "count"),
        gauge("unassigned", "Open without assignee", "count"),
        gauge("created_last_24h", "Created in 24 h", "count"),
        gauge("completed_last_24h", "Completed in 24 h", "count"),
        gauge("average_completion_seconds", "Time to completion in 24 h", "seconds"),
        gauge("completed", "Completed tasks", "count"),
        gauge("total", "All tasks", "count"),
        gauge("completion_rate", "Completed", "percent"),
        gauge("by_priority.*.open", "Open by priority", "count"),
        gauge("by_priority.*.overdue", "Overdue by priority", "count"),
        gauge("by_priority.*.completed", "Completed by priority", "count"),
        gauge("by_assignee.*.open", "Open by assignee", "count"),
        gauge("by_assignee.*.completed", "Completed by assignee", "count"));
  }

  @Override
  public List<String> facts() {
    return List.of("task_fact");
  }

  @Override
  public List<String> fold() {
    return TaskBoardFold.STATEMENTS;
  }

  @Override
  public List<String> rollups() {
    return TaskBoardFold.ROLLUPS;
  }

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("created_at", "task_board_created", "bucket", TaskWindow.STEP));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(TaskWindow.STEP, ZoneOffset.UTC, TaskBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return client
        .preparedQuery(RANGE)
        .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                RawJson.encode(
                    new Range(
                        row.getLong("created"),
                        row.getLong("completed"),
                        row.getBigDecimal("average"))));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(TaskBoardFacts.of(metric));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return TaskSnapshot.read(transaction, now);
  }

  /** Reminds of tasks that are due. */
  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return reminders.tell(transaction, now).compose(told -> snapshot(transaction, now));
  }

  /** When a task becomes due or due within 24 hours, the window moves, or a reminder is due. */
  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    var next =
        transaction
            .preparedQuery(NEXT)
            .execute(
                Tuple.of(
                    now.atOffset(ZoneOffset.UTC),
                    now.plus(TaskWindow.LENGTH).atOffset(ZoneOffset.UTC),
                    TaskWindow.begin(now).atOffset(ZoneOffset.UTC)))
            .map(rows -> rows.iterator().next());
    var reminder = reminders.next(transaction, now);
    return Future.all(next, reminder)
        .map(
            read -> {
              var row = next.result();
              Instant soon = TaskRow.time(row, "soon");
              return Stream.of(
                      Optional.ofNullable(TaskRow.time(row, "overdue")),
                      Optional.ofNullable(soon).map(at -> at.minus(TaskWindow.LENGTH)),
                      Optional.of(TaskWindow.next(now)).filter(at -> row.getBoolean("is_recent")),
                      reminder.result())
                  .flatMap(Optional::stream)
                  .min(Instant::compareTo);
            });
  }

  private static MetricDescription gauge(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.GAUGE);
  }
}
