package dev.boardcast.boards.tasks;

import java.time.Duration;
import java.time.Instant;

/**
 * An open invitation of a user to a team, as clients see it.
 *
 * @param expiresAt when it ends by itself
 */
record Invitation(
    String teamId,
    String teamName,
    String userId,
    String invitedBy,
    Instant invitedAt,
    Instant expiresAt) {
  static final Duration VALID_FOR = Duration.ofDays(14);

  /** The greatest number of open invitations of one team. */
  static final int MAX_OF_TEAM = 100;

  /** The greatest number of open invitations to one user. */
  static final int MAX_OF_USER = 100;
}
