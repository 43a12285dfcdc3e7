package dev.boardcast.boards.tasks;

import java.time.Instant;
import java.util.List;

/**
 * A stored team.
 *
 * @param members by user id; who is a member by token alone is not among them
 */
public record Team(
    String id, String name, String createdBy, Instant createdAt, List<String> members) {
  /** Most stored members. */
  static final int MAX_MEMBERS = 1000;

  public Team {
    members = List.copyOf(members);
  }

  /** A member and since when. */
  public record Member(String userId, Instant addedAt) {}
}
