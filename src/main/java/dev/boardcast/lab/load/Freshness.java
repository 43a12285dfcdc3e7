package dev.boardcast.lab.load;

/**
 * How fresh the data of the sessions was in one window of a run: distributions over sessions of the
 * worst that each of them had, in milliseconds.
 *
 * @param window the name of the window
 * @param sessions which sessions: all, or those of the node that the fault happened to, those of
 *     them that move before the node closes them, and those of other nodes
 * @param events longest time from a write's acknowledgement to the event's receipt
 * @param silence longest time between two events, less the interval at which they are written
 * @param boards most that the newest snapshot was older than the interval of updates; its count is
 *     0 where no board was subscribed
 */
public record Freshness(
    String window, String sessions, Latency events, Latency silence, Latency boards) {

  /** One line of a report. */
  public String text() {
    String line =
        "%-22s %-18s %,6d sessions   events %s   silence %s"
            .formatted(window, sessions, events.count(), brief(events), brief(silence));
    return boards.count() == 0 ? line : line + "   boards " + brief(boards);
  }

  private static String brief(Latency latency) {
    return "p50 %.0f p99 %.0f max %.0f ms".formatted(latency.p50(), latency.p99(), latency.max());
  }
}
