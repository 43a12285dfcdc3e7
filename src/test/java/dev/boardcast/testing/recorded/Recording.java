package dev.boardcast.testing.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Truth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A board's recorded data as facts, some at a time, and what is true then. */
public interface Recording {
  String board();

  /** Topics or paths by which older clients get the numbers, such as {@code /ws/metrics}. */
  List<String> webSocketPaths();

  /** Paths that answer with the numbers, beside the board's own. */
  List<String> httpPaths();

  Truth truth();

  /** Which true totals Boardcast has no place for, as {@link Truth#assertNothingForgotten}. */
  Set<String> withoutCounterpart();

  /** In order of time. */
  List<Stage> stages();

  /** Every fact as it is known in the end: a replay of these is no news. */
  default List<String> whole() {
    var whole = new ArrayList<String>();
    stages().forEach(stage -> whole.addAll(stage.facts()));
    return whole;
  }

  /** Compares what is not among the board's numbers. */
  default void compare(Reader reader) throws Exception {}

  /**
   * What is known up to a moment.
   *
   * @param facts one a line, all new
   * @param check compares the numbers of that moment
   */
  record Stage(Instant now, List<String> facts, Consumer<JsonNode> check) {}

  /** Reads JSON from a node. */
  interface Reader {
    JsonNode get(String path) throws Exception;
  }
}
