package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What those may do with a task with whom it is shared: a user, or the members of a team. */
enum SharingLevel {
  /** See the task and its events. */
  @JsonProperty("read")
  READ,
  /** Also change its texts, complete and reopen it. */
  @JsonProperty("edit")
  EDIT;

  static final String PATTERN = "read|edit";
  static final String TEXT = "read or edit";

  static SharingLevel of(boolean readsOnly) {
    return readsOnly ? READ : EDIT;
  }

  /**
   * The level of this name.
   *
   * @param name matches {@link #PATTERN}, or is null for {@code otherwise}
   */
  static SharingLevel of(String name, SharingLevel otherwise) {
    return name == null ? otherwise : of(name.equals("read"));
  }
}
