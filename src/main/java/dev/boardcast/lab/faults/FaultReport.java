package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.lab.load.LoadReport;

/**
 * What came out of one row.
 *
 * @param fault its name
 * @param skipped why it was not run; null when it was
 * @param boundSeconds how long 99 of 100 clients may take to be whole again
 * @param report of the run; null when it was skipped
 * @param slow what slow clients cost the others; null in other rows
 */
public record FaultReport(
    String fault,
    String title,
    String skipped,
    double boundSeconds,
    LoadReport report,
    SlowClientCost slow) {

  /**
   * Whether nothing was lost, doubled or out of order, and memory stayed within its bound; a row
   * that was skipped says nothing.
   */
  @JsonProperty
  public boolean kept() {
    return (report == null || report.kept()) && (slow == null || slow.memoryKept());
  }

  /** Whether 99 of 100 clients were whole in time, and nobody was hurt who reads. */
  @JsonProperty
  public boolean inTime() {
    if (slow != null && !(slow.othersKept() && slow.numbersKept())) return false;
    return report == null || report.whole().p99() <= boundSeconds * 1000;
  }

  /** The heading of {@link #line}. */
  static String heading() {
    return "%-17s %7s %9s %9s %5s %7s %6s %5s %9s %9s  %s"
        .formatted(
            "fault",
            "acked",
            "due",
            "received",
            "lost",
            "doubled",
            "order",
            "gaps",
            "whole p50",
            "p99",
            "verdict");
  }

  /** One line of the table. */
  String line() {
    if (report == null) return "%-17s not run: %s".formatted(fault, skipped);
    long[] sums = new long[7];
    for (LedgerTotals tally : report.ledger()) {
      sums[0] += tally.acknowledged();
      sums[1] += tally.due();
      sums[2] += tally.received();
      sums[3] += tally.lost();
      sums[4] += tally.doubled();
      sums[5] += tally.disordered() + tally.contradicted();
      sums[6] += tally.gaps();
    }
    return "%-17s %7d %9d %9d %5d %7d %6d %5d %7.2f s %7.2f s  %s"
        .formatted(
            fault,
            sums[0],
            sums[1],
            sums[2],
            sums[3],
            sums[4],
            sums[5],
            sums[6],
            report.whole().p50() / 1000,
            report.whole().p99() / 1000,
            (kept() ? inTime() ? "kept" : "kept, late" : "BROKEN")
                + (slow == null ? "" : slow.text()));
  }
}
