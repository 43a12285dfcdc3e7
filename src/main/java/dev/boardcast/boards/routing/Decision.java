package dev.boardcast.boards.routing;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Json;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A decision of an LLM router, as sent by clients.
 *
 * <p>The four numbers of tokens do not overlap: a cached token is no input token, a reasoning token
 * no output token.
 *
 * @param model a model of the provider; null if unknown
 * @param confidence 0 to 1, exact; null if unknown
 * @param cost in US dollars, exact; null to compute it of tokens and the price of the model
 * @param decidedAt null for the time of writing
 * @param eventId identifies the decision when it is sent again; null if it has no id
 * @param status how it ended; null if unknown
 * @param key the name of the API key, never the key itself
 */
record Decision(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String strategy,
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String provider,
    @Size(min = 1, max = 200, message = LONG_NAME) String model,
    @DecimalMin(value = "0", message = FieldRules.RATIO_TEXT)
        @DecimalMax(value = "1", message = FieldRules.RATIO_TEXT)
        @Digits(integer = 1, fraction = 30, message = FieldRules.RATIO_TEXT)
        BigDecimal confidence,
    @DecimalMin(value = "0", message = COST)
        // In addition to @Digits, which overflows for huge exponents.
        @DecimalMax(value = "1000000000000", inclusive = false, message = COST)
        @Digits(integer = 12, fraction = 30, message = COST)
        BigDecimal cost,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant decidedAt,
    @Size(min = 1, max = 200, message = LONG_NAME) String eventId,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long inputTokens,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long outputTokens,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long cachedTokens,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long reasoningTokens,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long latencyMs,
    Status status,
    @Size(min = 1, max = 200, message = LONG_NAME) String user,
    @Size(min = 1, max = 200, message = LONG_NAME) String team,
    @Size(min = 1, max = 200, message = LONG_NAME) String key,
    @Size(max = 20, message = TAGS)
        List<@NotNull(message = TAGS) @Size(min = 1, max = 50, message = TAGS) String> tags) {
  private static final String NAME = "a string of 1 to 100 characters, not blank";
  private static final String LONG_NAME = "a string of 1 to 200 characters";
  private static final String TAGS = "at most 20 strings of 1 to 50 characters";
  private static final long MAX = 1_000_000_000;
  private static final String COUNT = "a whole number from 0 to 1000000000";
  static final String COST = "a number from 0 to below 1000000000000 with at most 30 decimals";

  /** How a decision ended. */
  enum Status {
    @JsonProperty("success")
    SUCCESS("success"),
    @JsonProperty("error")
    ERROR("error"),
    @JsonProperty("timeout")
    TIMEOUT("timeout"),
    @JsonProperty("rate_limited")
    RATE_LIMITED("rate_limited"),
    @JsonProperty("cancelled")
    CANCELLED("cancelled");

    private final String stored;

    Status(String stored) {
      this.stored = stored;
    }

    /** The name in the database and in JSON. */
    String stored() {
      return stored;
    }
  }

  /** A decision without what is optional but model, cost and time. */
  static Decision of(
      String strategy,
      String provider,
      String model,
      BigDecimal confidence,
      BigDecimal cost,
      Instant decidedAt,
      String eventId) {
    return new Decision(
        strategy,
        provider,
        model,
        confidence,
        cost,
        decidedAt,
        eventId,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Whether its tokens say what it costs. */
  boolean hasTokens() {
    return inputTokens != null
        || outputTokens != null
        || cachedTokens != null
        || reasoningTokens != null;
  }

  String storedStatus() {
    return status == null ? null : status.stored();
  }

  /** The tags as a JSON array; null without tags. */
  String storedTags() {
    return tags == null || tags.isEmpty() ? null : Json.encode(tags);
  }

  /** The same decision at that cost. */
  Decision costing(BigDecimal computed) {
    return new Decision(
        strategy,
        provider,
        model,
        confidence,
        computed,
        decidedAt,
        eventId,
        inputTokens,
        outputTokens,
        cachedTokens,
        reasoningTokens,
        latencyMs,
        status,
        user,
        team,
        key,
        tags);
  }
}
