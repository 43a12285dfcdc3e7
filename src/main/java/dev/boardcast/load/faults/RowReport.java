package dev.boardcast.load.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.load.lab.Report;
import dev.boardcast.load.lab.Tally;

/**
 * What came out of one row.
 *
 * @param fault its name
 * @param skipped why it was not run; null when it was
 * @param boundSeconds how long 99 of 100 clients may take to be whole again
 * @param report of the run; null when it was skipped
 * @param slow what slow clients cost the others; null in other rows
 */
public record RowReport(
    String fault, String title, String skipped, double boundSeconds, Report report, Slow slow) {

  /**
   * @param p99Without of the others, in ms, when all read
   * @param p99With of the others, in ms, beside slow ones
   * @param residentKibWithout most memory of a node in use, when all read
   * @param residentKibWith the same beside slow ones
   * @param oldestSnapshot most updates that a slow client's numbers were behind
   */
  public record Slow(
      double p99Without,
      double p99With,
      long residentKibWithout,
      long residentKibWith,
      int oldestSnapshot) {

    /** How much of the others' p99 the slow ones cost. */
    @JsonProperty
    public double moved() {
      return p99Without == 0 ? 0 : p99With / p99Without - 1;
    }

    @Override
    public String toString() {
      return "others' p99 %.1f ms, beside slow ones %.1f ms (%+.0f %%); most memory %d and %d MiB; %s"
          .formatted(
              p99Without,
              p99With,
              100 * moved(),
              residentKibWithout >> 10,
              residentKibWith >> 10,
              "slow clients' numbers at most " + oldestSnapshot + " updates old");
    }
  }

  /** Whether nothing was lost, doubled or out of order; a row that was skipped says nothing. */
  @JsonProperty
  public boolean kept() {
    return report == null || report.kept();
  }

  /** Whether 99 of 100 clients were whole in time. */
  @JsonProperty
  public boolean inTime() {
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
    for (Tally tally : report.ledger()) {
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
                + (slow == null ? "" : "; " + slow));
  }
}
