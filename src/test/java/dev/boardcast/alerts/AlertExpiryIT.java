package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.database.Pools;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is still needed is kept, however old it is. */
@ExtendWith(VertxExtension.class)
class AlertExpiryIT {
  private static final String RULE =
      """
      INSERT INTO alert_rule
        (id, name, board, source, definition, created_by, created_at, updated_at)
      VALUES (gen_random_uuid(), 'a', 'b', 'api', '{}', 'u', now(), now())""";

  // One of an open alert, one of an alert that is over, one that is not old.
  private static final String TRANSITIONS =
      """
      WITH made AS (
        INSERT INTO alert_transition
          (id, at, alert, rule, rule_name, board, metric, key, from_status, to_status, condition,
           bound, severity, labels)
        SELECT gen_random_uuid(), now() - days * interval '1 day', gen_random_uuid(), r.id, what,
               'b', 'm', '', 'ok', 'firing', 'above', 1, 'warning', '{}'
        FROM alert_rule r,
             (VALUES ('open', 200), ('over', 200), ('new', 80)) AS old (what, days)
        RETURNING *)
      INSERT INTO alert_state (rule, key, status, alert, since, transition)
      SELECT rule, '', 'firing', alert, at, id FROM made WHERE rule_name = 'open'""";

  private static final String MESSAGES =
      """
      INSERT INTO alert_delivery
        (id, channel, kind, group_key, transitions, state, created_at, due_at)
      SELECT gen_random_uuid(), 'c', 'transition', '', '{}', state, at, at
      FROM (VALUES ('waiting'), ('sent'), ('dead')) AS states (state),
           (SELECT now() - interval '200 days' AS at)""";

  @Test
  void openAlertsKeepTheirTransitionsAndMessagesThatWaitStay(Vertx vertx) throws Exception {
    var db = Services.get().freshDatabase();
    var sql = new Sql(db.postgresUri());
    for (String insert : List.of(RULE, TRANSITIONS, MESSAGES)) sql.run(insert);
    var pool = Pools.pool(vertx, db, "test", 1);
    var expiry =
        new RowExpiryVerticle(
            pool, Duration.ofMinutes(1), AlertModule.expiries(AlertsConfig.DEFAULTS));
    assertEquals(3, expiry.run().await(60, TimeUnit.SECONDS));
    assertEquals(
        List.of("new", "open"),
        sql.column("SELECT rule_name FROM alert_transition ORDER BY rule_name"));
    assertEquals(List.of("waiting"), sql.column("SELECT state FROM alert_delivery"));
    sql.run("UPDATE alert_state SET status = 'ok', alert = NULL");
    assertEquals(1, expiry.run().await(60, TimeUnit.SECONDS));
    assertEquals(List.of("new"), sql.column("SELECT rule_name FROM alert_transition"));
    pool.close().await(10, TimeUnit.SECONDS);
  }
}
