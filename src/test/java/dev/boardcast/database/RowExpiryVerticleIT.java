package dev.boardcast.database;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class RowExpiryVerticleIT {
  private static final RowExpiryVerticle.Expiry HOUR =
      new RowExpiryVerticle.Expiry("scrap", "at", Duration.ofHours(1));

  private Pool pool;

  @BeforeEach
  void table(Vertx vertx) throws Exception {
    pool = Pools.pool(vertx, Services.get().freshDatabase());
    run("CREATE TABLE scrap (at timestamptz)");
    run("INSERT INTO scrap SELECT now() - interval '61 minutes' FROM generate_series(1, 1234)");
    run("INSERT INTO scrap SELECT now() - interval '59 minutes' FROM generate_series(1, 7)");
  }

  @Test
  void oneRunDeletesAllExpiredRowsAndNoOthers() throws Exception {
    int deleted = await(new RowExpiryVerticle(pool, Duration.ofHours(1), List.of(HOUR)).run());

    assertEquals(1234, deleted);
    assertEquals(7, left());
  }

  @Test
  void lockedRowsAreLeftForTheNextRun() throws Exception {
    var holder = await(pool.getConnection());
    var transaction = await(holder.begin());
    await(holder.query("SELECT FROM scrap LIMIT 100 FOR UPDATE").execute());
    var expiry = new RowExpiryVerticle(pool, Duration.ofHours(1), List.of(HOUR));

    assertEquals(1134, await(expiry.run()));

    await(transaction.rollback());
    await(holder.close());
    assertEquals(100, await(expiry.run()));
  }

  @Test
  void itRunsByItselfWhileDeployed(Vertx vertx) throws Exception {
    await(vertx.deployVerticle(new RowExpiryVerticle(pool, Duration.ofMillis(5), List.of(HOUR))));

    Promise<Long> seven = Promise.promise();
    poll(vertx, seven);

    assertEquals(7, await(seven.future()));
  }

  private void poll(Vertx vertx, Promise<Long> seven) {
    pool.query("SELECT count(*) FROM scrap")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0))
        .onSuccess(
            count -> {
              if (count == 7) seven.complete(count);
              else vertx.setTimer(10, again -> poll(vertx, seven));
            })
        .onFailure(seven::fail);
  }

  private void run(String sql) throws Exception {
    await(pool.query(sql).execute());
  }

  private long left() throws Exception {
    return await(pool.query("SELECT count(*) FROM scrap").execute()).iterator().next().getLong(0);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
