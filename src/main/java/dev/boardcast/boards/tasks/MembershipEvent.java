package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.TeamMemberships;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A user joined or left a team, or got another role in it. Sent to that user alone. In the log it
 * precedes every later event of the team, so that a gateway knows who may see those before it
 * delivers them.
 *
 * @param member whether the user belongs to the team now
 * @param role null without a stored membership
 */
record MembershipEvent(String userId, String teamId, boolean member, TeamRole role) {
  static NewEvent of(String user, String team, TeamRole role) {
    return new NewEvent(
        UUID.randomUUID(),
        TeamMemberships.CHANGED,
        List.of("user." + user),
        RawJson.encode(new MembershipEvent(user, team, role != null, role)),
        Instant.now());
  }
}
