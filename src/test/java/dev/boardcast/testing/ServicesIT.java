package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void freshDatabaseIsMigratedAndEmptyAndIsNotShared() throws Exception {
    var one = Services.get().freshDatabase();
    var two = Services.get().freshDatabase();
    assertNotEquals(one.postgresUri(), two.postgresUri());
    assertNotEquals(one.redisUri(), two.redisUri());

    query(one, "INSERT INTO lease VALUES ('mine', 'me', 1, 'infinity')");
    set(one, "key", "mine");

    assertEquals(1, query(one, "SELECT * FROM lease"));
    assertEquals(0, query(two, "SELECT * FROM lease"));
    assertEquals("mine", get(one, "key"));
    assertEquals("none", get(two, "key"));
  }

  @Test
  void dedicatedServicesKeepTheirDataOverARestart(@TempDir Path dir) throws Exception {
    try (var services = Services.dedicated(dir)) {
      var config = services.freshDatabase();
      query(config, "INSERT INTO lease VALUES ('mine', 'me', 1, 'infinity')");

      services.stopPostgres();
      services.stopRedis();
      assertThrows(SQLException.class, () -> new Sql(config.postgresUri()).column("SELECT 1"));
      assertThrows(Exception.class, () -> get(config, "key"));

      services.startPostgres();
      services.startRedis();
      assertEquals(1, query(config, "SELECT * FROM lease"));
      assertEquals("none", get(config, "key"));
      assertFalse(services.freshDatabase().postgresUri().isEmpty());
    }
  }

  private int query(DatabaseConfig config, String sql) throws Exception {
    var pool = Pools.pool(vertx, config);
    return pool.query(sql).execute().eventually(pool::close).await(10, TimeUnit.SECONDS).size();
  }

  private void set(DatabaseConfig config, String key, String value) throws Exception {
    var redis = Redis.createClient(vertx, config.redisUri());
    redis
        .send(Request.cmd(Command.HSET, key, "value", value))
        .eventually(redis::close)
        .await(10, TimeUnit.SECONDS);
  }

  private String get(DatabaseConfig config, String key) throws Exception {
    var redis = Redis.createClient(vertx, config.redisUri());
    var value =
        redis
            .send(Request.cmd(Command.HGET, key, "value"))
            .eventually(redis::close)
            .await(10, TimeUnit.SECONDS);
    return value == null ? "none" : value.toString();
  }
}
