package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.RelayProxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The health of a running node names a wrong certificate of PostgreSQL or Redis. */
@Timeout(120)
class NodeTlsHealthIT {
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();

  @TempDir Path dir;

  @AfterEach
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void aWrongCertificateIsNotCalledAway() throws Exception {
    var ca = new TestCa(dir, "ca");
    var other = new TestCa(dir, "other");
    try (var services = Services.dedicated(dir.resolve("data"))) {
      DatabaseConfig db = services.freshDatabase();
      services.encryptPostgres(ca.issue());
      Boardcast node = start(db, ca, RelayProxy.tls(vertx, other.issue(), "127.0.0.1", redis(db)));
      await(node, "redis", "certificate not trusted");
      assertEquals("up", health(node).at("/dependencies/postgres").asText());
      assertEquals("degraded", health(node).path("status").asText());

      changes(services, node, other.issue(), "certificate not trusted");
      changes(services, node, ca.issue("dns:elsewhere"), "certificate for another host");
      changes(services, node, ca.issue(), "up");
      Api.await(node.close());
    }
  }

  private void changes(
      DedicatedServices services, Boardcast node, TestCa.Issued certificate, String state)
      throws Exception {
    services.encryptPostgres(certificate);
    await(node, "postgres", state);
  }

  private Boardcast start(DatabaseConfig db, TestCa ca, RelayProxy redis) {
    String login = URI.create(db.redisUri()).getUserInfo();
    var options =
        TestOptions.local(db)
            .postgres(db.postgresUri() + "?sslmode=verify-full")
            .redis("rediss://" + login + "@localhost:" + redis.port())
            .set("pg-root-cert", ca.certificate().toString())
            .set("redis-root-cert", ca.certificate().toString());
    return Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
  }

  private static int redis(DatabaseConfig db) {
    return URI.create(db.redisUri()).getPort();
  }

  private void await(Boardcast node, String dependency, String state) {
    Awaitility.await()
        .atMost(WITHIN)
        .untilAsserted(
            () -> {
              JsonNode health = health(node);
              assertEquals(state, health.at("/dependencies/" + dependency).asText(), "" + health);
            });
  }

  private JsonNode health(Boardcast node) throws Exception {
    var client = WebClient.create(vertx);
    var answer = Api.await(client.get(node.httpPort(), "127.0.0.1", "/health/ready").send());
    client.close();
    assertTrue(answer.statusCode() == 200, answer.bodyAsString());
    return Json.MAPPER.readTree(answer.bodyAsString());
  }
}
