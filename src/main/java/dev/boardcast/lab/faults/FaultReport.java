package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.lab.alerts.AlertTotals;
import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.lab.load.LoadReport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The result of one row of the matrix.
 *
 * @param fault its label
 * @param skipped why it was not run; null if it was
 * @param boundSeconds how long 99 of 100 clients may take to catch up
 * @param report of the run; null if it was skipped
 * @param slow the cost of slow clients; null in other rows
 * @param alerts what became of alerts; null without them
 */
public record FaultReport(
    String fault,
    String title,
    String skipped,
    double boundSeconds,
    LoadReport report,
    SlowClientCost slow,
    AlertTotals alerts) {

  /**
   * Whether nothing was lost, duplicated or out of order, and memory stayed within its bound; true
   * for a row that was skipped.
   */
  @JsonProperty
  public boolean kept() {
    return (report == null || report.kept())
        && (slow == null || slow.memoryKept())
        && (alerts == null || alerts.kept());
  }

  /**
   * Whether 99 of 100 clients caught up in time, alerts were told in time while nothing was wrong,
   * and slow clients kept their time bounds.
   */
  @JsonProperty
  public boolean inTime() {
    if (alerts != null && !alerts.inTime()) return false;
    if (slow != null && !(slow.othersKept() && slow.snapshotsKept())) return false;
    return report == null || report.recovery().p99() <= boundSeconds * 1000;
  }

  /** The heading of {@link #line}. */
  static String heading() {
    return "%-17s %7s %9s %9s %5s %7s %6s %5s %9s %9s  %s"
        .formatted(
            "fault",
            "acked",
            "expected",
            "received",
            "lost",
            "dup",
            "order",
            "gaps",
            "recov p50",
            "p99",
            "verdict");
  }

  /** One line of the table, and below it the freshness of each window. */
  String line() {
    if (report == null) return "%-17s not run: %s".formatted(fault, skipped);
    return "%-17s %7d %9d %9d %5d %7d %6d %5d %7.2f s %7.2f s  %s"
            .formatted(
                fault,
                sum(LedgerTotals::acknowledged),
                sum(LedgerTotals::expected),
                sum(LedgerTotals::received),
                sum(LedgerTotals::lost),
                sum(LedgerTotals::duplicates),
                sum(LedgerTotals::outOfOrder) + sum(LedgerTotals::conflicting),
                sum(LedgerTotals::gaps),
                report.recovery().p50() / 1000,
                report.recovery().p99() / 1000,
                (kept() ? inTime() ? "kept" : "kept, late" : "BROKEN")
                    + (slow == null ? "" : slow.text()))
        + freshness()
        + (alerts == null ? "" : System.lineSeparator() + "  " + alerts.text())
        + violations();
  }

  private String violations() {
    return report.violations().stream()
        .map(each -> System.lineSeparator() + "  " + each)
        .collect(Collectors.joining());
  }

  private String freshness() {
    // What slow clients cost the others is measured otherwise.
    if (slow != null) return "";
    return report.freshness().stream()
        .map(each -> System.lineSeparator() + "  " + each.text())
        .collect(Collectors.joining());
  }

  private long sum(ToLongFunction<LedgerTotals> count) {
    return report.ledger().stream().mapToLong(count).sum();
  }
}
