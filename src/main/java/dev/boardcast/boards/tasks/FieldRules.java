package dev.boardcast.boards.tasks;

/** Forms of the fields, and the words that say so. */
final class FieldRules {
  static final String TITLE = "(?s)(?=.*\\S).{1,200}";
  static final String TITLE_TEXT = "a string of 1 to 200 characters, not all blank";

  static final int DESCRIPTION = 4000;
  static final String DESCRIPTION_TEXT = "a string of at most 4000 characters";

  static final String USER = "[^\\s\\p{Cntrl}][^\\p{Cntrl}]{0,199}";
  static final String USER_TEXT = "a user id of 1 to 200 characters, no control characters";

  static final String TEAM = "[A-Za-z0-9._-]{1,100}";
  static final String TEAM_TEXT = "a team id of 1 to 100 letters, digits and . _ -";

  private FieldRules() {}
}
