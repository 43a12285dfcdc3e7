package dev.boardcast.boards.tasks;

import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Somebody came to a team, or left it: told to that person alone. In the log it stands before every
 * event of the team that follows the change, so gateways know in time who may see these.
 *
 * @param member whether the user belongs to the team now
 */
record MembershipEvent(String userId, String teamId, boolean member) {
  NewEvent asEvent() {
    return new NewEvent(
        UUID.randomUUID(),
        PrincipalChanged.EVENT,
        List.of("user." + userId),
        RawJson.encode(this),
        Instant.now());
  }
}
