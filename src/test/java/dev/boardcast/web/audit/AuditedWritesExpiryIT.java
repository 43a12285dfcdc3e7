package dev.boardcast.web.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
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

@ExtendWith(VertxExtension.class)
class AuditedWritesExpiryIT {
  private static final String WRITES =
      """
      INSERT INTO audit (at, id, bulk, address, action, target, outcome, node)
      SELECT now() - %s * interval '1 day', nextval('audit_write_id'), true, 'a', 'facts.added', 't',
             'done', 'n'
      FROM generate_series(1, %d)""";

  @Test
  void rowsOfFactsThatAreTooOldOrTooManyAreDeletedAndNoOthers(Vertx vertx) throws Exception {
    DatabaseConfig db = Services.get().freshDatabase();
    Migrations.apply(vertx, db).await(60, TimeUnit.SECONDS);
    var sql = new Sql(db.postgresUri());
    sql.run(WRITES.formatted("8", 12_000));
    sql.run(WRITES.formatted("6", 1_500));
    sql.run(
        """
        INSERT INTO audit (at, id, bulk, address, action, target, outcome, node)
        VALUES (now() - interval '80 days', nextval('audit_act_id'), false, 'a', 'x', '', 'done',
                'n')""");
    var pool = Pools.pool(vertx, db, "test", 1);
    var config = Settings.of(AuditTrailConfig.class, "audit-writes-max=1000");
    var expiry =
        new RowExpiryVerticle(pool, Duration.ofMinutes(1), List.of(AuditedWritesExpiry.of(config)));
    // The bound is of ids, of which the newest is one.
    assertEquals(12_499, expiry.run().await(60, TimeUnit.SECONDS));
    assertEquals(List.of("1001"), sql.column("SELECT count(*) FROM audit_write"));
    assertEquals(0, expiry.run().await(60, TimeUnit.SECONDS));
    assertEquals(List.of("1"), sql.column("SELECT count(*) FROM audit_act"));
    pool.close().await(10, TimeUnit.SECONDS);
  }
}
