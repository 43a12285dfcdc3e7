package dev.boardcast.bus;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.regex.Pattern;

/**
 * What a user shows of itself where it is present; each part may be null. Small and checked, since
 * everybody who sees the topic receives it.
 *
 * @param name for people
 * @param color such as {@code #a03c2f}
 * @param state what the user does, in words of the application
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresenceData(
    @CanBeNull String name, @CanBeNull String color, @CanBeNull String state) {
  public static final PresenceData NONE = new PresenceData(null, null, null);

  public static final String TEXT = "\\P{Cc}{1,80}";
  public static final String TEXT_EXPECTED = "1 to 80 characters, no control characters";
  public static final String COLOR = "#[0-9a-fA-F]{6}";
  public static final String COLOR_EXPECTED = "a color such as #a03c2f";

  private static final Pattern TEXTS = Pattern.compile(TEXT);
  private static final Pattern COLORS = Pattern.compile(COLOR);

  /** Throws {@link IllegalArgumentException} for a part that is not as it should be. */
  public PresenceData {
    check(TEXTS, name);
    check(COLORS, color);
    check(TEXTS, state);
  }

  /** Whether it shows nothing. */
  @JsonIgnore
  public boolean isEmpty() {
    return name == null && color == null && state == null;
  }

  private static void check(Pattern pattern, String part) {
    if (part != null && !pattern.matcher(part).matches()) {
      throw new IllegalArgumentException("not " + pattern);
    }
  }
}
