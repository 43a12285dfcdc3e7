package dev.boardcast.lab.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Collects the worst of each client by window and group of sessions. Thread safe. */
final class FreshnessWindows {
  private final Map<String, Map<String, Group>> windows = new LinkedHashMap<>();

  private static final class Group {
    private final Histogram events = new Histogram(3);
    private final Histogram silence = new Histogram(3);
    private final Histogram boards = new Histogram(3);
  }

  /** Adds a window, which may stay empty; windows are reported in this order. */
  synchronized void open(String window) {
    windows.computeIfAbsent(window, first -> new TreeMap<>());
  }

  /**
   * Adds the worst of one client in an open window.
   *
   * @param hasBoard whether the client was subscribed to a board
   */
  synchronized void add(
      String window, String sessions, ClientFreshness.Worst worst, boolean hasBoard) {
    Group group = windows.get(window).computeIfAbsent(sessions, first -> new Group());
    group.events.recordValue(worst.events());
    group.silence.recordValue(worst.silence());
    if (hasBoard) group.boards.recordValue(worst.boards());
  }

  /** The distributions so far. */
  synchronized List<Freshness> distributions() {
    var all = new ArrayList<Freshness>();
    windows.forEach(
        (window, groups) ->
            groups.forEach(
                (sessions, group) ->
                    all.add(
                        new Freshness(
                            window,
                            sessions,
                            Latency.of(group.events),
                            Latency.of(group.silence),
                            Latency.of(group.boards)))));
    return all;
  }
}
