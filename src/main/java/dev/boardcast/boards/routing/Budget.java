package dev.boardcast.boards.routing;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a team or a key may spend in a day or month, in UTC. Nothing is refused beyond it: it is
 * told.
 *
 * @param amount in US dollars
 * @param thresholds percentages of the amount, each told once in a period; null for 80 and 100
 */
record Budget(
    @NotNull(message = "one of team, key") Scope scope,
    @NotBlank(message = NAME) @Size(max = 200, message = NAME) String name,
    @NotNull(message = "one of day, month") Period period,
    @NotNull(message = AMOUNT)
        @DecimalMin(value = "0", inclusive = false, message = AMOUNT)
        @DecimalMax(value = "1000000000000", inclusive = false, message = AMOUNT)
        @Digits(integer = 12, fraction = 12, message = AMOUNT)
        BigDecimal amount,
    @Size(min = 1, max = 10, message = THRESHOLDS)
        List<
                @NotNull(message = THRESHOLDS) @Min(value = 1, message = THRESHOLDS)
                @Max(value = 1000, message = THRESHOLDS) Integer>
            thresholds) {
  private static final String NAME = "a string of 1 to 200 characters, not blank";
  private static final String AMOUNT =
      "a number above 0 and below 1000000000000 with at most 12 decimals";
  private static final String THRESHOLDS = "1 to 10 whole numbers from 1 to 1000";

  /** Whose budget it is. */
  enum Scope {
    @JsonProperty("team")
    TEAM("team"),
    @JsonProperty("key")
    KEY("key");

    private final String stored;

    Scope(String stored) {
      this.stored = stored;
    }

    String stored() {
      return stored;
    }

    static Scope of(String stored) {
      return stored.equals(TEAM.stored) ? TEAM : KEY;
    }
  }

  /** Of what time it is. */
  enum Period {
    @JsonProperty("day")
    DAY("day"),
    @JsonProperty("month")
    MONTH("month");

    private final String stored;

    Period(String stored) {
      this.stored = stored;
    }

    String stored() {
      return stored;
    }

    static Period of(String stored) {
      return stored.equals(DAY.stored) ? DAY : MONTH;
    }
  }

  /** The same budget with thresholds, each once, the lowest first. */
  Budget complete() {
    List<Integer> given = thresholds == null ? List.of(80, 100) : thresholds;
    return new Budget(scope, name, period, amount, given.stream().distinct().sorted().toList());
  }

  /** Its name among all budgets: {@code team:search:month}. */
  String key() {
    return scope.stored() + ":" + name + ":" + period.stored();
  }
}
