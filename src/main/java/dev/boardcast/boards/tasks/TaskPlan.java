package dev.boardcast.boards.tasks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * When a task is to be done, by whom, and how it is sorted. Immutable.
 *
 * @param dueAt null for no due time
 * @param priority null for none
 * @param assignee who does it, one of those who see the task; null for nobody
 * @param labels each once, in the order given
 */
record TaskPlan(Instant dueAt, Priority priority, String assignee, List<String> labels) {
  /** Most labels of a task. */
  static final int MAX_LABELS = 20;

  static final String LABEL = "[^\\s\\p{Cc}]([^\\p{Cc}]{0,48}[^\\s\\p{Cc}])?";
  static final String LABEL_TEXT =
      "a label of 1 to 50 characters, without control characters and blanks at its ends";
  static final String LABELS_TEXT = "at most 20 labels";

  TaskPlan {
    // As it is stored.
    dueAt = dueAt == null ? null : dueAt.truncatedTo(ChronoUnit.MILLIS);
    labels = List.copyOf(new LinkedHashSet<>(labels));
  }

  /** The same with another assignee, or null for nobody. */
  TaskPlan assignedTo(String user) {
    return new TaskPlan(dueAt, priority, user, labels);
  }
}
