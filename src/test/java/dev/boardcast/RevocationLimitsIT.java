package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.auth.Tokens;
import dev.boardcast.auth.revocation.RevocationStore;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Sql;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Users who sign out everywhere do not use up the revocations of operators, nor the reverse. */
class RevocationLimitsIT extends AccessCase {
  private static final String BODY = "{\"user\":\"eve\",\"reason\":\"left\"}";

  // Versions below 1 are not read by nodes, but are counted.
  private static final String ROWS =
      "INSERT INTO revocation (id, version, user_id, issued_before, reason, created_by, created_at,"
          + " until, own) SELECT gen_random_uuid(), -n - %d, 'user-' || n, now(), 'r', 'c', now(),"
          + " now() + interval '1 day', %s FROM generate_series(1, %d) AS n";

  @Test
  void signOutsAndRevocationsHaveLimitsOfTheirOwn() throws Exception {
    Boardcast node = deploy();
    var sql = new Sql(db.postgresUri());
    sql.run(ROWS.formatted(1_000_000, true, RevocationStore.MAX_SIGNED_OUT - 1));
    assertEquals(200, signOut(node, "ann", 0));
    assertEquals(503, signOut(node, "bob", 0));
    assertEquals(200, signOut(node, "ann", 5), "replaces the own one");
    assertEquals(201, post(node, REVOCATIONS, ADMIN, BODY).status());

    sql.run(ROWS.formatted(2_000_000, false, RevocationStore.MAX_ACTIVE - 1));
    assertEquals(503, post(node, REVOCATIONS, ADMIN, BODY).status());
    sql.run("DELETE FROM revocation WHERE own AND user_id = 'user-1'");
    assertEquals(200, signOut(node, "bob", 0));
  }

  private int signOut(Boardcast node, String user, int later) throws Exception {
    long issued = Instant.now().getEpochSecond() + later;
    String token = Tokens.hs256(Cluster.SECRET, Tokens.claims(Map.of("sub", user, "iat", issued)));
    return delete(node, "/api/v1/sessions", token).status();
  }
}
