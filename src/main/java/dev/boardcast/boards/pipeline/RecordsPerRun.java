package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * The records of a source's last successful run beside the band in which they are expected: the
 * configured one, or what the hours before the latest one let expect. The last run as of now: one
 * ahead of the clock is not known yet, a late one is the last only where none is later.
 *
 * @param last of the last successful run; null without one
 * @param fewest of a successful run in 24 hours; null without one, as {@code most}
 * @param expectedFewest null without a band, as {@code expectedMost}
 */
record RecordsPerRun(
    State state,
    Basis basis,
    Long last,
    Long fewest,
    Long most,
    BigDecimal expectedFewest,
    BigDecimal expectedMost) {
  enum State {
    /** No successful run, or no band. */
    @JsonProperty("unknown")
    UNKNOWN,
    @JsonProperty("within")
    WITHIN,
    @JsonProperty("below")
    BELOW,
    @JsonProperty("above")
    ABOVE
  }

  /** Where the band comes from. */
  enum Basis {
    @JsonProperty("none")
    NONE,
    @JsonProperty("configured")
    CONFIGURED,
    @JsonProperty("learned")
    LEARNED
  }

  /**
   * @param learned the comparison of the source's records per run; empty with too few hours
   */
  static RecordsPerRun of(
      SourceHealth source, Optional<HourlyDeviation> learned, PipelineConfig config) {
    RecordBand band = config.records().get(source.name());
    if (band != null) {
      return of(
          source,
          Basis.CONFIGURED,
          BigDecimal.valueOf(band.fewest()),
          BigDecimal.valueOf(band.most()));
    }
    return learned
        .map(
            hours ->
                of(source, Basis.LEARNED, hours.expectedFrom(config), hours.expectedTo(config)))
        .orElseGet(() -> of(source, Basis.NONE, null, null));
  }

  /** Whether the last run is outside of a configured band. */
  boolean isOutside() {
    return basis == Basis.CONFIGURED && (state == State.BELOW || state == State.ABOVE);
  }

  private static RecordsPerRun of(
      SourceHealth source, Basis basis, BigDecimal fewest, BigDecimal most) {
    return new RecordsPerRun(
        state(source.successRecords(), fewest, most),
        basis,
        source.successRecords(),
        source.fewest(),
        source.most(),
        fewest,
        most);
  }

  private static State state(Long last, BigDecimal fewest, BigDecimal most) {
    if (last == null || fewest == null) return State.UNKNOWN;
    var records = BigDecimal.valueOf(last);
    if (records.compareTo(fewest) < 0) return State.BELOW;
    return records.compareTo(most) > 0 ? State.ABOVE : State.WITHIN;
  }
}
