package dev.boardcast.lab.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The result of a run.
 *
 * @param seconds from the start of the run to its end
 * @param deliveries by behavior of the client, from the time an event was due to be sent
 * @param writes until they were acknowledged, from the same time
 * @param recovery for each client, from the end of the fault until it had received all events that
 *     were due before; empty without a fault
 * @param freshness the worst of each steady client by window; the last is the whole run
 * @param maxBufferedBytes most bytes that a node and the kernel buffered for one client
 * @param snapshots different snapshots of the board that were received
 * @param maxSnapshotAge most newer snapshots there were when a slow client read one
 * @param violations of guarantees that the ledger does not show
 */
public record LoadReport(
    String profile,
    int clients,
    double perSecond,
    double seconds,
    List<LedgerTotals> ledger,
    Map<String, Latency> deliveries,
    Latency writes,
    Latency connects,
    @JsonProperty("whole") Latency recovery,
    @JsonProperty("lines") ConnectionTotals connections,
    MoveTotals moves,
    List<Freshness> freshness,
    @JsonProperty("held") long maxBufferedBytes,
    int snapshots,
    @JsonProperty("oldest_snapshot") int maxSnapshotAge,
    @JsonProperty("complaints") List<String> violations) {

  /** Whether every guarantee was kept. */
  @JsonProperty
  public boolean kept() {
    return violations.isEmpty() && ledger.stream().allMatch(LedgerTotals::isClean);
  }

  /** How many events the clients received, each counted once. */
  long received() {
    return ledger.stream().mapToLong(LedgerTotals::received).sum();
  }

  /** The report as text of several lines. */
  public String text() {
    var text = new StringBuilder();
    for (LedgerTotals totals : ledger) {
      line(
          text,
          "ledger",
          "%s: %,d of %,d acknowledged, to %,d clients",
          totals.topic(),
          totals.acknowledged(),
          totals.sent(),
          totals.clients());
      line(
          text,
          "",
          "%,d expected, %,d received, %,d lost, %,d duplicate, %,d out of order, %,d conflicting",
          totals.expected(),
          totals.received(),
          totals.lost(),
          totals.duplicates(),
          totals.outOfOrder(),
          totals.conflicting());
      line(text, "", "%,d gaps, %,d events skipped in them", totals.gaps(), totals.skipped());
      if (totals.absent() > 0) line(text, "", "%,d clients never subscribed", totals.absent());
    }
    deliveries.forEach((behavior, latency) -> line(text, "delivery", "%-9s %s", behavior, latency));
    line(text, "writes", "%s", writes);
    line(text, "connects", "%s", connects);
    if (!connections.slowestConnect().isEmpty()) {
      line(text, "", "slowest %s", connections.slowestConnect());
    }
    if (recovery.count() > 0) line(text, "recovery", "%s", recovery);
    line(
        text,
        "sessions",
        "%,d opened, closed %s, rejected %s, errors %s, %d timed out, %d abandoned",
        connections.opened(),
        connections.closed(),
        connections.rejected(),
        connections.errors(),
        connections.timedOut(),
        connections.abandoned());
    line(
        text,
        "moves",
        "%,d completed, %,d late, %,d told recovered: false",
        moves.completed(),
        moves.late(),
        moves.notRecovered());
    for (Freshness each : freshness) line(text, "freshness", "%s", each.text());
    line(text, "buffered", "at most %,d bytes for one client", maxBufferedBytes);
    if (snapshots > 0) {
      line(
          text,
          "snapshots",
          "%,d, of which slow clients were at most %d behind",
          snapshots,
          maxSnapshotAge);
    }
    violations.forEach(violation -> line(text, "violation", "%s", violation));
    line(text, "verdict", kept() ? "kept" : "BROKEN");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append("%-10s".formatted(name)).append(format.formatted(values)).append('\n');
  }
}
