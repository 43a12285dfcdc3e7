package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Principal;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * A principal as SQL needs it: {@code $1} user, {@code $2} teams as claimed, {@code $3} since when.
 * Which teams it has is decided by {@code teams_of} within the statement that asks, so nothing is
 * read between a decision and its use.
 */
record Viewer(String user, String[] claimed, OffsetDateTime issued, boolean admin) {
  /** The teams of the viewer, worked out once per statement. */
  static final String TEAMS = "(SELECT teams_of($1, $2, $3))::text[]";

  // Before any token, and within what PostgreSQL can hold.
  private static final Instant EVER = Instant.EPOCH;

  static Viewer of(Principal principal) {
    Instant issued = principal.issuedAt().isBefore(EVER) ? EVER : principal.issuedAt();
    return new Viewer(
        principal.user(),
        principal.teams().toArray(String[]::new),
        issued.atOffset(ZoneOffset.UTC),
        principal.hasRole(Principal.ADMIN));
  }

  /** {@code $1} to {@code $3}. */
  Tuple tuple() {
    return Tuple.of(user, claimed, issued);
  }
}
