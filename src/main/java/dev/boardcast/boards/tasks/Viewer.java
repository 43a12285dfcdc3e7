package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Principal;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * A principal as parameters of SQL: {@code $1} user, {@code $2} teams of the token, {@code $3} when
 * the token was issued. The SQL function {@code teams_of} computes the current teams in the
 * statement that needs them, so that a permission cannot change between its check and its use.
 */
record Viewer(String user, String[] claimed, OffsetDateTime issued, boolean admin) {
  /** The current teams of the viewer, computed once per statement. */
  static final String TEAMS = "(SELECT teams_of($1, $2, $3))::text[]";

  // Before any token, and within the range of PostgreSQL.
  private static final Instant EARLIEST = Instant.EPOCH;

  static Viewer of(Principal principal) {
    Instant issued = principal.issuedAt().isBefore(EARLIEST) ? EARLIEST : principal.issuedAt();
    return new Viewer(
        principal.user(),
        principal.teams().toArray(String[]::new),
        issued.atOffset(ZoneOffset.UTC),
        principal.hasRole(Principal.ADMIN));
  }

  /** The parameters {@code $1} to {@code $3}. */
  Tuple tuple() {
    return Tuple.of(user, claimed, issued);
  }
}
