package dev.boardcast.testing;

import java.util.Set;

/**
 * The expected totals that Boardcast does not compute. A star matches one name; a path includes all
 * below it.
 */
public final class UncoveredTotals {
  /** Decisions have no tokens, success or score; the question is part of the id only. */
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
   * A task is pending or completed. The source's other states, counters (its reassignments differ
   * from its rows), callers, priorities and service levels are not stored; times are those of the
   * import.
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

  /**
   * Amounts of failed transactions are not shown, unknown users are not counted, and lines,
   * products, units and countries are not part of a transaction.
   */
  public static final Set<String> PLATFORM =
      Set.of(
          "/first_timestamp",
          "/last_timestamp",
          "/transactions_spanning_two_minutes",
          "/transactions_without_user",
          "/transactions_with_more_than_one_user",
          "/transactions_completed_with_amount_zero",
          "/transactions_completed_with_amount_negative",
          "/revenue_cancelled",
          "/revenue_net",
          "/lines_cancelled",
          "/lines_with_amount_finer_than_a_cent",
          "/lines_by_country_top10",
          "/rows_earlier_than_the_row_before",
          "/exact_duplicate_rows",
          "/distinct_users",
          "/distinct_products",
          "/units_completed",
          "/as_of/instant",
          "/as_of/active_users_last_24h");

  /**
   * Several runs of the log repeat one count of new records, and some have none. Only the number of
   * records per run is stored, and no coordinates.
   */
  public static final Set<String> PIPELINE =
      Set.of(
          "/runs/runs_with_zero_failed_checks",
          "/runs/tx_new_sum_as_logged",
          "/runs/la_new_sum_as_logged",
          "/runs/tx_new_blank",
          "/runs/la_new_blank",
          "/*/new",
          "/*/amended",
          "/*/resurfaced",
          "/*/ingests_with_nothing_new",
          "/*/out_of_order_rows",
          "/geocoding_tx/lat_min_max",
          "/geocoding_tx/lon_min_max");

  /** Labels are compared but not counted by name; texts are not stored. */
  public static final Set<String> TOPICS =
      Set.of(
          "/*/by_topic/*/by_true_name",
          "/*/by_topic/*/by_predicted_name",
          "/*/by_topic/*/confusion_true_then_predicted",
          "/*/distinct_texts",
          "/*/characters");

  private UncoveredTotals() {}
}
