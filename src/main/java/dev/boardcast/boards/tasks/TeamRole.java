package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a stored member is in a team. */
enum TeamRole {
  /** Manages the team: its name, members, owners and end. */
  @JsonProperty("owner")
  OWNER,
  @JsonProperty("member")
  MEMBER;

  static final String PATTERN = "owner|member";
  static final String TEXT = "owner or member";

  static TeamRole of(boolean isOwner) {
    return isOwner ? OWNER : MEMBER;
  }

  /** The role of this name, which matches {@link #PATTERN}. */
  static TeamRole of(String name) {
    return of(name.equals("owner"));
  }
}
