package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.DaysAndTime;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A way to tell people: the body of a request that creates or replaces it. Immutable. It has no
 * secrets, only their names in the setting {@code alerts-secrets}.
 *
 * @param url of a webhook
 * @param urlSecret the name of the secret that is the address, in place of {@code url}
 * @param secret the name of the secret that signs a webhook
 * @param to the recipients of mail
 * @param groupBy which transitions share a message; null for those of one board
 * @param groupWaitSeconds how long a message waits for others; null for not at all
 * @param quietFrom the local time from which on messages wait; null for never
 * @param quietTo the local time at which they are sent
 * @param quietZone the time zone of both
 * @param quietExcept the severity from which on messages do not wait; null for critical
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Channel(
    @NotNull(message = "webhook, slack or email") Type type,
    @Pattern(regexp = FieldRules.NAME, message = Channel.URL_TEXT) String url,
    @Pattern(regexp = FieldRules.ID, message = Channel.SECRET_TEXT) String urlSecret,
    @Pattern(regexp = FieldRules.ID, message = Channel.SECRET_TEXT) String secret,
    @Size(min = 1, max = 20, message = Channel.TO_TEXT) List<String> to,
    GroupBy groupBy,
    @Min(value = 0, message = Channel.WAIT_TEXT) @Max(value = 3600, message = Channel.WAIT_TEXT)
        Integer groupWaitSeconds,
    @Pattern(regexp = DaysAndTime.TIME, message = DaysAndTime.TIME_TEXT) String quietFrom,
    @Pattern(regexp = DaysAndTime.TIME, message = DaysAndTime.TIME_TEXT) String quietTo,
    @Pattern(regexp = FieldRules.NAME, message = DaysAndTime.ZONE_TEXT) String quietZone,
    Severity quietExcept) {
  static final String URL_TEXT =
      "an address that starts with https:// or http://, without a user, a query and a fragment";
  static final String SECRET_TEXT = "the name of a secret in the setting alerts-secrets";
  static final String TO_TEXT = "1 to 20 e-mail addresses";
  static final String WAIT_TEXT = "a whole number of seconds from 0 to 3600";

  private static final String MAIL = "[^\\s@<>,;\\p{Cc}]{1,64}@[A-Za-z0-9.-]{1,190}";

  /** How a channel tells. */
  enum Type {
    @JsonProperty("webhook")
    WEBHOOK,
    @JsonProperty("slack")
    SLACK,
    @JsonProperty("email")
    EMAIL
  }

  /** Which transitions share a message. */
  enum GroupBy {
    @JsonProperty("rule")
    RULE,
    @JsonProperty("board")
    BOARD,
    @JsonProperty("channel")
    CHANNEL;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Channel {
    groupBy = groupBy == null ? GroupBy.BOARD : groupBy;
  }

  /**
   * Checks what annotations cannot.
   *
   * @param secrets the names of those that there are
   * @throws Problem 400 naming the field that does not fit
   */
  Channel checked(Set<String> secrets) {
    if (type == Type.EMAIL) {
      refuse("url", url);
      refuse("url_secret", urlSecret);
      refuse("secret", secret);
      if (to == null) throw Problem.invalid("to", TO_TEXT);
      for (String address : to) {
        if (address == null || !address.matches(MAIL)) throw Problem.invalid("to", TO_TEXT);
      }
    } else {
      if (to != null) throw Problem.invalid("to", "no value, except for the type email");
      requireAddress(secrets);
    }
    if (type == Type.SLACK) refuse("secret", secret);
    if (secret != null && !secrets.contains(secret)) throw Problem.invalid("secret", SECRET_TEXT);
    requireQuietTimes();
    return this;
  }

  private void requireAddress(Set<String> secrets) {
    if (urlSecret != null) {
      if (url != null) throw Problem.invalid("url", "no value beside url_secret");
      if (!secrets.contains(urlSecret)) throw Problem.invalid("url_secret", SECRET_TEXT);
    } else if (type == Type.SLACK) {
      // Its path is a secret.
      refuse("url", url);
      throw Problem.invalid("url_secret", SECRET_TEXT);
    } else if (url == null || address(url).isEmpty() || url.contains("?")) {
      throw Problem.invalid("url", URL_TEXT);
    }
  }

  private void requireQuietTimes() {
    if (quietFrom == null) {
      refuse("quiet_to", quietTo);
      refuse("quiet_zone", quietZone);
      return;
    }
    if (quietTo == null || quietTo.equals(quietFrom)) {
      throw Problem.invalid("quiet_to", DaysAndTime.TIME_TEXT + " other than quiet_from");
    }
    try {
      ZoneId.of(String.valueOf(quietZone));
    } catch (DateTimeException notAZone) {
      throw Problem.invalid("quiet_zone", DaysAndTime.ZONE_TEXT);
    }
  }

  private static void refuse(String field, String value) {
    if (value != null) throw Problem.invalid(field, "no value for this channel");
  }

  /** The address in a text; empty if it cannot be one of a webhook. */
  static Optional<URI> address(String text) {
    try {
      var uri = new URI(text);
      boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      boolean isUsable =
          isHttp && uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null;
      return isUsable ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException notAnAddress) {
      return Optional.empty();
    }
  }

  /** When messages wait; empty for never. */
  Optional<QuietHours> quietHours() {
    if (quietFrom == null) return Optional.empty();
    return Optional.of(
        new QuietHours(LocalTime.parse(quietFrom), LocalTime.parse(quietTo), ZoneId.of(quietZone)));
  }

  /** Whether a message of this severity waits in quiet hours. */
  boolean isQuietFor(Severity severity) {
    Severity from = quietExcept == null ? Severity.CRITICAL : quietExcept;
    return severity.compareTo(from) < 0;
  }
}
