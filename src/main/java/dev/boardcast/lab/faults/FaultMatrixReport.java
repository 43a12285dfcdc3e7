package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

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

  /** Whether every guarantee was kept in every row that was run. */
  @JsonProperty
  public boolean kept() {
    return rows.stream().allMatch(row -> row.kept() && (row.inTime() || !enforcesBound));
  }
}
