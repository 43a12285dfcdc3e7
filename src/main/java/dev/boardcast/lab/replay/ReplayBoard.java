package dev.boardcast.lab.replay;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How the recorded lines of one board become requests. One reader at a time. */
interface ReplayBoard {
  /** Every board that can be replayed. */
  Map<String, Supplier<ReplayBoard>> ALL =
      new TreeMap<>(
          Map.of(
              "tasks", ReplayTasks::new,
              "routing", () -> new ReplayBatches("/routing/decisions", "decided_at"),
              "platform", ReplayKinds::platform,
              "pipeline", ReplayKinds::pipeline,
              "analysis", ReplayKinds::analysis));

  /** The fields that say when a line happened: of these, the first that it has. */
  List<String> timeFields();

  /**
   * Takes a line, and hands on what is due.
   *
   * @throws IllegalArgumentException when the line cannot be sent, with what was expected
   */
  void add(ReplayLines.Line line, Consumer<ReplayRequest> due);

  /** Hands on what was held back. */
  void flush(Consumer<ReplayRequest> due);
}
