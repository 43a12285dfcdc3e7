package dev.boardcast.lab.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What came out of a run.
 *
 * @param seconds from the first client to the last delivery
 * @param deliveries by habit of the client, from the moment an event was meant to be written
 * @param writes until they were acknowledged, from that same moment
 * @param whole for each client, from the end of the fault until it had all that was due before;
 *     empty without a fault
 * @param held most bytes that a node held for one client
 * @param snapshots different updates of the board that were seen
 * @param oldestSnapshot most updates that a slow client's numbers were behind
 * @param complaints what must not be, beside the ledger
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
    Latency whole,
    ConnectionTotals lines,
    long held,
    int snapshots,
    int oldestSnapshot,
    List<String> complaints) {

  /** Whether every promise was kept. */
  @JsonProperty
  public boolean kept() {
    return complaints.isEmpty() && ledger.stream().allMatch(LedgerTotals::isClean);
  }

  /** For people. */
  public String text() {
    var text = new StringBuilder();
    for (LedgerTotals tally : ledger) {
      line(
          text,
          "ledger",
          "%s: %,d of %,d acknowledged, to %,d clients",
          tally.topic(),
          tally.acknowledged(),
          tally.begun(),
          tally.clients());
      line(
          text,
          "",
          "%,d due, %,d received, %,d lost, %,d doubled, %,d out of order, %,d contradicted",
          tally.due(),
          tally.received(),
          tally.lost(),
          tally.doubled(),
          tally.disordered(),
          tally.contradicted());
      line(text, "", "%,d gaps explain %,d more", tally.gaps(), tally.explained());
      if (tally.absent() > 0) line(text, "", "%,d clients never followed it", tally.absent());
    }
    deliveries.forEach((habit, latency) -> line(text, "delivery", "%-9s %s", habit, latency));
    line(text, "writes", "%s", writes);
    line(text, "connects", "%s", connects);
    if (whole.count() > 0) line(text, "whole", "%s", whole);
    line(
        text,
        "lines",
        "%,d opened, ended %s, refused %s, errors %s, %d timed out, %d given up",
        lines.opened(),
        lines.ended(),
        lines.refused(),
        lines.errors(),
        lines.timedOut(),
        lines.givenUp());
    line(text, "held", "%,d bytes for one client at most", held);
    if (snapshots > 0) {
      line(
          text,
          "numbers",
          "%,d updates; slow clients were at most %d behind",
          snapshots,
          oldestSnapshot);
    }
    complaints.forEach(complaint -> line(text, "but", "%s", complaint));
    line(text, "verdict", kept() ? "kept" : "BROKEN");
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append("%-10s".formatted(name)).append(format.formatted(values)).append('\n');
  }
}
