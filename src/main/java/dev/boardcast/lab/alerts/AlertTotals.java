package dev.boardcast.lab.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.lab.load.Latency;
import java.util.List;

/**
 * What became of the alerts of a run.
 *
 * @param crossings of bounds by values, each of which is an alert or the end of one
 * @param transitions of their rules that the nodes list
 * @param lost crossings that no message told
 * @param doubled deliveries of a message that was delivered before
 * @param uncounted those of them that the nodes do not count as possible doubles
 * @param swings of a value around the bound of a rule with a hold time
 * @param swingMessages transitions of that rule
 * @param calm from the fact to its delivered message, outside of the fault and its bound
 * @param all as {@code calm}, of all crossings
 * @param violations of guarantees, in words
 */
public record AlertTotals(
    int crossings,
    int transitions,
    int lost,
    int doubled,
    int uncounted,
    int swings,
    int swingMessages,
    Latency calm,
    Latency all,
    List<String> violations) {
  /** Within which 99 of 100 crossings are told while nothing is wrong. */
  public static final int BOUND_MILLIS = 2_000;

  /** Whether each crossing was told, each once unless it is counted. */
  @JsonProperty
  public boolean kept() {
    return lost == 0 && uncounted == 0 && violations.isEmpty();
  }

  @JsonProperty
  public boolean inTime() {
    return calm.p99() <= BOUND_MILLIS;
  }

  /** One line. */
  public String text() {
    return "alerts: %,d crossings, %,d transitions, %d lost, %d doubled (%d uncounted); %,d swings, %d told; "
            .formatted(crossings, transitions, lost, doubled, uncounted, swings, swingMessages)
        + "told after p50 %.0f p99 %.0f ms (%,d), with the fault p99 %.0f max %.0f ms: %s"
            .formatted(
                calm.p50(),
                calm.p99(),
                calm.count(),
                all.p99(),
                all.max(),
                kept() ? inTime() ? "kept" : "kept, late" : "BROKEN " + violations);
  }
}
