package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An invitation was made or ended. Sent to the invited user alone.
 *
 * @param by the user who made the change
 */
record InvitationEvent(String userId, String teamId, String teamName, String by, State state) {
  static final String TYPE = "invitation_changed";

  /** What became of the invitation. An accepted one is also a change of membership. */
  enum State {
    @JsonProperty("open")
    OPEN,
    @JsonProperty("accepted")
    ACCEPTED,
    @JsonProperty("declined")
    DECLINED,
    @JsonProperty("withdrawn")
    WITHDRAWN
  }

  static NewEvent of(String user, String team, String name, String by, State state) {
    return new NewEvent(
        UUID.randomUUID(),
        TYPE,
        List.of("user." + user),
        RawJson.encode(new InvitationEvent(user, team, name, by, state)),
        Instant.now());
  }
}
