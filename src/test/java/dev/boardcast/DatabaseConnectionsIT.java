package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connections of a node to PostgreSQL, counted by the server. */
@Timeout(120)
class DatabaseConnectionsIT {
  private static final int MAX = 16;
  // Those of heartbeat and notifications, and of the work that a node without clients has.
  private static final int IDLE = 6;
  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"confidence\":0.9,\"cost\":0.1}";

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void areAtMostSixteenUnderLoadAndFewWithoutIt() throws Exception {
    var db = Services.get().freshDatabase();
    var sql = new Sql(db.postgresUri());
    var node =
        Boardcast.deploy(vertx, TestOptions.local(db).set("pg-idle-timeout", "2s"), Boards.BUILT_IN)
            .await(60, TimeUnit.SECONDS);
    var client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setDefaultPort(node.httpPort()))
            .with(new PoolOptions().setHttp1MaxSize(200))
            .build();
    String token = Person.of("router").with("ingest").token();
    int most = 0;
    for (int round = 0; round < 20; round++) {
      List<Future<Integer>> posts =
          IntStream.range(0, 100)
              .mapToObj(
                  each ->
                      client
                          .request(
                              new RequestOptions()
                                  .setMethod(HttpMethod.POST)
                                  .setURI("/routing/decisions")
                                  .putHeader("Authorization", "Bearer " + token)
                                  .putHeader("Content-Type", "application/json"))
                          .compose(request -> request.send(Buffer.buffer(DECISION)))
                          .map(response -> response.statusCode()))
              .toList();
      most = Math.max(most, connections(sql));
      for (Future<Integer> post : posts) {
        assertTrue(post.await(60, TimeUnit.SECONDS) < 300, "a post was refused");
      }
    }
    assertTrue(most > IDLE && most <= MAX, "the load had " + most + " connections");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> connections(sql) <= IDLE);
    node.close().await(30, TimeUnit.SECONDS);
  }

  private static int connections(Sql sql) throws Exception {
    return Integer.parseInt(
        sql.column(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                    + " application_name LIKE 'boardcast-%'")
            .get(0));
  }
}
