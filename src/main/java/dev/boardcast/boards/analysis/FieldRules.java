package dev.boardcast.boards.analysis;

/** Forms of the fields, and the words that say so. */
final class FieldRules {
  static final String NAME = "(?s)(?=.*\\S).{1,200}";
  static final String NAME_TEXT = "a string of 1 to 200 characters, not all blank";

  static final int DESCRIPTION = 4000;
  static final String DESCRIPTION_TEXT = "a string of at most 4000 characters";

  static final String ID = "[A-Za-z0-9._-]{1,100}";
  static final String ID_TEXT = "an id of 1 to 100 letters, digits and . _ -";

  static final String EVENT_ID_TEXT = "a string of 1 to 200 characters";
  static final String RATIO_TEXT = "a number from 0 to 1 with at most 30 decimals";

  private FieldRules() {}
}
