package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.lab.alerts.AlertTotals;
import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.MoveTotals;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * The result of a {@link FaultMatrix}.
 *
 * @param enforcesBound whether clients that catch up too late break the verdict
 */
public record FaultMatrixReport(
    int nodes,
    int clients,
    @JsonProperty("judges_time") boolean enforcesBound,
    List<FaultReport> rows) {

  /** One line about all rows. */
  String totals() {
    return "all faults: %,d deliveries, %,d lost, %,d duplicate, %,d out of order or conflicting; "
            .formatted(
                ledgers().mapToLong(LedgerTotals::received).sum(),
                ledgers().mapToLong(LedgerTotals::lost).sum(),
                ledgers().mapToLong(LedgerTotals::duplicates).sum(),
                ledgers().mapToLong(each -> each.outOfOrder() + each.conflicting()).sum())
        + "%,d moves completed, %,d late, %,d told recovered: false"
            .formatted(
                moves().mapToInt(MoveTotals::completed).sum(),
                moves().mapToInt(MoveTotals::late).sum(),
                moves().mapToInt(MoveTotals::notRecovered).sum());
  }

  /** One line about the alerts of all rows; empty without them. */
  Optional<String> alertTotals() {
    List<AlertTotals> all =
        rows.stream().map(FaultReport::alerts).filter(Objects::nonNull).toList();
    if (all.isEmpty()) return Optional.empty();
    return Optional.of(
        "all alerts: %,d crossings, %,d transitions, %d lost, %d doubled (%d uncounted)"
            .formatted(
                sum(all, AlertTotals::crossings),
                sum(all, AlertTotals::transitions),
                sum(all, AlertTotals::lost),
                sum(all, AlertTotals::doubled),
                sum(all, AlertTotals::uncounted)));
  }

  private static int sum(List<AlertTotals> all, ToIntFunction<AlertTotals> count) {
    return all.stream().mapToInt(count).sum();
  }

  private Stream<LoadReport> reports() {
    return rows.stream().map(FaultReport::report).filter(Objects::nonNull);
  }

  private Stream<LedgerTotals> ledgers() {
    return reports().flatMap(report -> report.ledger().stream());
  }

  private Stream<MoveTotals> moves() {
    return reports().map(LoadReport::moves);
  }

  /** Whether every guarantee was kept in every row that was run. */
  @JsonProperty
  public boolean kept() {
    return rows.stream().allMatch(row -> row.kept() && (row.inTime() || !enforcesBound));
  }
}
