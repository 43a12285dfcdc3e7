package dev.boardcast.lab.replay;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Turns the recorded lines of one board into requests. Not thread safe. */
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

  /** The fields with a fact's time: the first of these that a line has. */
  List<String> timeFields();

  /**
   * Adds a line.
   *
   * @param out receives requests that are complete
   * @throws IllegalArgumentException with what was expected, if the line cannot be sent
   */
  void add(ReplayLines.ReplayLine line, Consumer<ReplayRequest> out);

  /** Passes on the requests that were not full. */
  void flush(Consumer<ReplayRequest> out);
}
