package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a rule for operators watches, in place of a metric of a board. */
enum OperatorCondition {
  /** A node whose heartbeat has stopped, or that takes no clients; by node. */
  @JsonProperty("node_not_ready")
  NODE_NOT_READY,
  /** Rollup rows that an audit found wrong; by board. */
  @JsonProperty("drift")
  DRIFT,
  /** An audit that failed; by board. */
  @JsonProperty("audit_failure")
  AUDIT_FAILURE,
  /** A board that the node with its lease cannot compute; by board. */
  @JsonProperty("board_failure")
  BOARD_FAILURE,
  /** Messages that could not be delivered in the last hour; by channel. */
  @JsonProperty("dead_letters")
  DEAD_LETTERS,
  /** A table that is no source any more; by source. */
  @JsonProperty("source_stopped")
  SOURCE_STOPPED;

  /** In place of the board of a rule. */
  static final String BOARD = "operators";

  /** As it is stored and shown. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The path of its values, as of a metric. */
  String metric() {
    return text() + ".*";
  }

  static String all() {
    return Arrays.stream(values()).map(OperatorCondition::text).collect(Collectors.joining(", "));
  }
}
