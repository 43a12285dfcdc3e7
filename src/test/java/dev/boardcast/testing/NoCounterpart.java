package dev.boardcast.testing;

import java.util.Set;

/**
 * The one place that says which of the true totals Boardcast has no place for. A star stands for
 * one name; each path stands for all below it.
 */
public final class NoCounterpart {
  /** A decision has neither tokens, success nor score, and the question is only part of its id. */
  public static final Set<String> ROUTING =
      Set.of(
          "/all/success_true",
          "/all/error_not_null",
          "/all/input_tokens",
          "/all/output_tokens",
          "/all/total_tokens_as_given",
          "/all/rows_where_total_differs_from_input_plus_output",
          "/all/rows_with_cost_zero",
          "/all/score_equal_1",
          "/all/score_equal_0",
          "/all/score_below_0",
          "/all/score_above_1",
          "/all/score_mean",
          "/by_model/*/success_true",
          "/by_model/*/error_not_null",
          "/by_model/*/input_tokens",
          "/by_model/*/output_tokens",
          "/by_model/*/total_tokens_as_given",
          "/by_model/*/rows_where_total_differs_from_input_plus_output",
          "/by_model/*/rows_with_cost_zero",
          "/by_model/*/score_equal_1",
          "/by_model/*/score_equal_0",
          "/by_model/*/score_below_0",
          "/by_model/*/score_above_1",
          "/by_model/*/score_mean",
          "/decisions_by_task",
          "/distinct_questions");

  /**
   * A task is pending or completed. The source's other states, its own counters (reassignments
   * differ from what its rows show), callers, priorities and service levels are not kept, and times
   * are those of the import.
   */
  public static final Set<String> TASKS =
      Set.of(
          "/events_by_state",
          "/state_transitions",
          "/tasks_with_more_than_one_Closed_event",
          "/tasks_without_New_event",
          "/tasks_without_Resolved_event",
          "/tasks_reassigned",
          "/reassignments",
          "/rows_updated_earlier_than_the_row_before_in_the_same_task",
          "/distinct_callers",
          "/distinct_updaters",
          "/tasks_made_sla",
          "/tasks_missed_sla",
          "/tasks_by_priority",
          "/tasks_by_contact_type",
          "/hours_open_to_close",
          "/hours_open_to_resolved",
          "/events_by_update_day",
          "/tasks_opened_by_day",
          "/tasks_closed_by_day",
          "/as_of");

  private NoCounterpart() {}
}
