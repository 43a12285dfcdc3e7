package dev.boardcast.boards.tasks;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The tasks behind each metric of {@link TaskBoard}: when, what state and whose, without titles and
 * descriptions, which are for those who see the task.
 */
final class TaskBoardFacts {
  private static final Duration TICK = Duration.ofMillis(1); // ends are exclusive

  private static final MetricFacts ALL = tasks("task AS t", "created_at");
  private static final MetricFacts OPEN = ALL.where("t.status = 'pending'");
  private static final MetricFacts COMPLETED = ALL.where("t.status = 'completed'");
  private static final MetricFacts DUE =
      tasks("task AS t", "due_at").where("t.status = 'pending'").where("t.due_at IS NOT NULL");
  private static final MetricFacts OVERDUE = DUE.during(now -> Span.before(now.plus(TICK)));
  // Of a task that was completed more than once, the last time.
  private static final MetricFacts RECENTLY_COMPLETED =
      tasks(
              "task_fact AS f JOIN task AS t ON t.id = f.task_id AND t.completed_at = f.completed_at",
              "completed_at")
          .where("f.is_completion")
          .column("seconds", "extract(epoch FROM t.completed_at - t.created_at)")
          .during(now -> Span.since(TaskWindow.begin(now)));

  private TaskBoardFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    String name = metric.substring(metric.lastIndexOf('.') + 1);
    MetricFacts facts =
        switch (name) {
          case "total" -> ALL;
          case "completed" -> COMPLETED;
          case "unassigned" -> OPEN.where("t.assignee IS NULL");
          case "overdue" -> OVERDUE;
          case "due_next_24h" ->
              DUE.during(
                  now -> Span.between(now.plus(TICK), now.plus(TaskWindow.LENGTH).plus(TICK)));
          case "created_last_24h" -> ALL.during(now -> Span.since(TaskWindow.begin(now)));
          case "completed_last_24h" -> RECENTLY_COMPLETED;
          case "average_completion_seconds" -> RECENTLY_COMPLETED.averaged("seconds");
          case "completion_rate" ->
              ALL.column("completed", "t.status = 'completed'").percent("completed");
          default -> OPEN;
        };
    if (metric.startsWith("by_priority.")) return facts.groupedBy(priority());
    return metric.startsWith("by_assignee.") ? facts.groupedBy("t.assignee") : facts;
  }

  /** Tasks, the newest by a time first, which is also their first column. */
  private static MetricFacts tasks(String relation, String time) {
    var facts = MetricFacts.of(relation, "t." + time, Key.TEXT, "t.id::text");
    var times = new LinkedHashSet<String>();
    times.add(time);
    times.addAll(List.of("created_at", "due_at", "completed_at"));
    for (String each : times) facts = facts.time(each, "t." + each);
    return facts
        .column("id", "t.id::text")
        .column("status", "t.status")
        .column("priority", priority())
        .column("assignee", "t.assignee")
        .column("team_id", "t.team_id");
  }

  private static String priority() {
    var names = new StringBuilder("(ARRAY['none'");
    for (Priority each : Priority.values()) names.append(", '").append(each.text()).append('\'');
    return names.append("])[t.priority + 1]").toString();
  }
}
