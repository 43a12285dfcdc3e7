package dev.boardcast.spi;

/**
 * Constants for validation annotations that several boards share: regular expressions and lengths,
 * and the messages that say what is expected.
 */
public final class FieldRules {
  /** A short text that is not blank. */
  public static final String NAME = "(?s)(?=.*\\S).{1,200}";

  public static final String NAME_TEXT = "a string of 1 to 200 characters, not all blank";

  /** An identifier that is safe in a URL path. */
  public static final String ID = "[A-Za-z0-9._-]{1,100}";

  public static final String ID_TEXT = "an id of 1 to 100 letters, digits and . _ -";

  /** The name of an application's stream, for publishing, subscribing and reading alike. */
  public static final String STREAM = "(?!user\\.|team\\.)[A-Za-z0-9._:-]{1,100}";

  public static final String STREAM_TEXT =
      "1 to 100 letters, digits and . _ : -, not starting with user. or team.";

  /** A {@link Principal#user}. */
  public static final String USER = "[^\\s\\p{Cc}][^\\p{Cc}]{0,199}";

  public static final String USER_TEXT = "a user id of 1 to 200 characters, no control characters";

  /** The greatest length of a description in characters. */
  public static final int DESCRIPTION_LENGTH = 4000;

  public static final String DESCRIPTION_TEXT = "a string of at most 4000 characters";

  /** The message for an {@code event_id} of 1 to 200 characters. */
  public static final String EVENT_ID_TEXT = "a string of 1 to 200 characters";

  /** The message for a time annotated {@code @PastOrPresent}: clients' clocks may be ahead. */
  public static final String PAST_TEXT = "a time no more than a day ahead";

  /** The message for a time that is missing or malformed. */
  public static final String TIME_TEXT = "an ISO 8601 time such as 2026-01-31T12:00:00.000Z";

  /** The message for an exact decimal from 0 to 1. */
  public static final String RATIO_TEXT = "a number from 0 to 1 with at most 30 decimals";

  private FieldRules() {}
}
