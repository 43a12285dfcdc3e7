package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What came out of the rows.
 *
 * @param judgesTime whether late counts as broken
 */
public record FaultMatrixReport(
    int nodes, int clients, boolean judgesTime, List<FaultReport> rows) {

  /** Whether every promise was kept in every row that was run. */
  @JsonProperty
  public boolean kept() {
    return rows.stream().allMatch(row -> row.kept() && (row.inTime() || !judgesTime));
  }
}
