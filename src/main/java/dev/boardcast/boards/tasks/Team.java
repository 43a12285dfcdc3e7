package dev.boardcast.boards.tasks;

import java.time.Instant;
import java.util.List;

/**
 * A stored team, as clients see it.
 *
 * @param members user ids, sorted; without users who are members by token alone
 * @param owners those of the members who manage the team, sorted
 */
record Team(
    String id,
    String name,
    String createdBy,
    Instant createdAt,
    List<String> members,
    List<String> owners) {
  /** The greatest number of stored members. */
  static final int MAX_MEMBERS = 1000;

  public Team {
    members = List.copyOf(members);
    owners = List.copyOf(owners);
  }

  /** A stored member. */
  record Member(String userId, Instant addedAt, TeamRole role) {}
}
