package dev.boardcast.testing.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.ExpectedTotals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A board's recorded data as facts in stages, with a check after each. */
public interface Recording {
  String board();

  /** WebSocket paths that send the board's snapshot, such as {@code /ws/metrics}. */
  List<String> webSocketPaths();

  /** HTTP paths that return the snapshot, besides the board's own. */
  List<String> httpPaths();

  ExpectedTotals expected();

  /** The expected totals that Boardcast does not compute. */
  Set<String> uncovered();

  /** The stages in order of time. */
  List<Stage> stages();

  /** Every fact in its final state; a replay of these has duplicates only. */
  default List<String> all() {
    var all = new ArrayList<String>();
    stages().forEach(stage -> all.addAll(stage.facts()));
    return all;
  }

  /** Compares what is not in the board's snapshot. */
  default void compare(Reader reader) throws Exception {}

  /**
   * The facts known at an instant.
   *
   * @param facts one per line, none of an earlier stage
   * @param check compares the metrics of that instant
   */
  record Stage(Instant now, List<String> facts, Consumer<JsonNode> check) {}

  /** Reads JSON from a node. */
  interface Reader {
    JsonNode get(String path) throws Exception;
  }
}
