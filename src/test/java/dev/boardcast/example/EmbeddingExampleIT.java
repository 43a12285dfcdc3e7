package dev.boardcast.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.Boardcast;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.pgclient.PgBuilder;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples in the docs compile and work. */
class EmbeddingExampleIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();

  @AfterEach
  void closeTheHost() {
    Api.await(vertx.close());
  }

  @Test
  void theHostsRowAndItsEventAreOneTransaction() throws Exception {
    new Sql(db.postgresUri()).run("CREATE TABLE public.announcement (text text NOT NULL)");
    Boardcast node =
        Api.await(EmbeddingExample.start(vertx, db.postgresUri(), db.redisUri(), Cluster.SECRET));
    // A table of the application: Boardcast's schema is not on its search path.
    var pool = PgBuilder.pool().using(vertx).connectingTo(db.postgresUri()).build();
    String token = "&token=" + Person.of("ann").token();
    try (var client = WsClient.connect(vertx, socket(node, "news") + token)) {
      client.next("subscribed");

      Api.await(EmbeddingExample.announce(pool, node.events(), "Lunch is ready"));

      assertEquals("Lunch is ready", client.next("announcement").at("/data/text").asText());
    }
    Api.await(pool.close());
    Api.await(node.close());
  }

  @Test
  void aNodeWithOneRoleStartsOnAClusteredVertx() throws Exception {
    int port = FreePorts.one();
    var config =
        TestOptions.local(db)
            .name("example-" + port)
            .set("cluster-port", Integer.toString(port))
            .set("cluster-members", "127.0.0.1:" + port);
    Vertx clustered = Api.await(EmbeddingExample.join(config));
    Boardcast node = Api.await(EmbeddingExample.startGateway(clustered, config));

    assertEquals(Set.of("gateway"), node.info().roles());
    Api.await(node.close());
    Api.await(clustered.close());
  }

  @Test
  void aBoardOfOnesOwnIsMigratedFoldedServedAndSent() {
    var config = TestOptions.local(db);
    Boardcast node = Api.await(EmbeddingExample.startWithOwnBoard(vertx, config));
    try (var client = WsClient.connect(vertx, socket(node, "deploys"))) {
      assertEquals(0, client.next("metrics:update").at("/data/total").asInt());

      var batch =
          """
          [{"service":"web","succeeded":true,"seconds":41.5,"event_id":"1"},
           {"service":"web","succeeded":false,"seconds":8.5},
           {"service":"web","succeeded":true,"seconds":41.5,"event_id":"1"},
           {"service":"db","succeeded":true,"seconds":-1}]""";
      assertEquals(
          "{\"accepted\":2,\"duplicate\":1,\"rejected\":1,\"errors\":[{\"line\":4,"
              + "\"field\":\"seconds\",\"expected\":"
              + "\"a number from 0 to below 1000000 with at most 3 decimals\"}]}",
          post(node, batch).bodyAsString());

      var data =
          client.takeUntil(frame -> frame.at("/data/total").asInt() == 2).stream()
              .reduce((first, last) -> last)
              .orElseThrow()
              .get("data");
      assertEquals(50, data.get("failure_rate").decimalValue().intValueExact());
      assertEquals(25, data.get("mean_seconds").decimalValue().intValueExact());
      assertEquals(2, data.at("/by_service/web").asInt());
    }
    Api.await(node.close());

    // A second start finds its own history and changes nothing.
    Api.await(Api.await(EmbeddingExample.startWithOwnBoard(vertx, config)).close());
  }

  private static String socket(Boardcast node, String topic) {
    return "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + topic;
  }

  private HttpResponse<Buffer> post(Boardcast node, String json) {
    Future<HttpResponse<Buffer>> answer =
        WebClient.create(vertx)
            .post(node.httpPort(), "127.0.0.1", "/deploys")
            .bearerTokenAuthentication(Person.of("robot").with("ingest").token())
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer(json));
    return Api.await(answer);
  }
}
