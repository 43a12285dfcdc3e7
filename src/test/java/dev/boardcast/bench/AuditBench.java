package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the audit trail costs: requests of one fact each, in turns at a node that records them and
 * at one with {@code --auth off}, which records none; then how long reads of a long trail take.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.AuditBench 3 10 1000000"
 * }</pre>
 *
 * Arguments: rounds (3), seconds a turn (10), rows of the long trail (1000000).
 */
public final class AuditBench {
  private static final int IN_FLIGHT = 64;
  private static final String DECISION = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1}";
  private static final String EVENT = "{\"type\":\"seen\",\"data\":{\"n\":1}}";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(IN_FLIGHT));
  private final String token = Person.of("service").with("ingest", "publish", "viewer").token();

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    long rows = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1_000_000;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-audit");
    try (DedicatedServices servers = Services.durable(dir.resolve("servers"))) {
      var recorded = servers.freshDatabase();
      try (var on = Cluster.start(recorded, 1);
          var off = Cluster.start(servers.freshDatabase(), 1, "--auth", "off")) {
        var bench = new AuditBench();
        bench.compare(
            "facts", "/routing/decisions", DECISION, on.node(0), off.node(0), rounds, seconds);
        bench.compare(
            "events, both recorded",
            "/api/v1/streams/agents/events",
            EVENT,
            on.node(0),
            off.node(0),
            rounds,
            seconds);
        bench.read(new Sql(recorded.postgresUri()), on.node(0), rows);
      }
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void compare(
      String what,
      String path,
      String body,
      NodeProcess on,
      NodeProcess off,
      int rounds,
      int seconds)
      throws Exception {
    var rates = new TreeMap<String, List<Double>>();
    for (int round = 0; round <= rounds; round++) {
      for (var node : Map.of("recorded", on, "auth off", off).entrySet()) {
        double rate = post(node.getValue(), path, body, seconds);
        if (round > 0) rates.computeIfAbsent(node.getKey(), k -> new ArrayList<>()).add(rate);
      }
    }
    rates.forEach(
        (name, each) ->
            System.out.printf(
                "%s, %s: %,.0f requests/s %s%n", what, name, Bench.median(each), each));
  }

  private double post(NodeProcess node, String path, String body, int seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    var done = new AtomicLong();
    var all = new ArrayList<Future<Void>>();
    for (int i = 0; i < IN_FLIGHT; i++) all.add(loop(node, path, body, end, done));
    Future.all(all).await(seconds + 60, TimeUnit.SECONDS);
    return (double) done.get() / seconds;
  }

  private Future<Void> loop(NodeProcess node, String path, String body, long end, AtomicLong done) {
    if (System.nanoTime() > end) return Future.succeededFuture();
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(node.http().getHost())
                .setPort(node.http().getPort())
                .setURI(path)
                .putHeader("Authorization", "Bearer " + token)
                .putHeader("Content-Type", "application/json"))
        .compose(request -> request.send(Buffer.buffer(body)))
        .compose(
            response ->
                response.statusCode() == 201
                    ? response.body()
                    : Future.failedFuture("status " + response.statusCode()))
        .compose(
            answered -> {
              done.incrementAndGet();
              return loop(node, path, body, end, done);
            });
  }

  private void read(Sql sql, NodeProcess node, long rows) throws Exception {
    sql.run(
        """
        INSERT INTO audit (at, id, bulk, actor, address, action, target, outcome, node)
        SELECT now() - i * interval '100 milliseconds', nextval('audit_write_id'), true,
               'user-' || i %% 100, '10.0.0.1', 'facts.added', '/routing/decisions', 'done', 'n'
        FROM generate_series(1, %d) AS i"""
            .formatted(rows));
    sql.run(
        """
        INSERT INTO audit (at, id, bulk, actor, address, action, target, outcome, node)
        SELECT now() - i * interval '1 minute', nextval('audit_act_id'), false, 'root', '10.0.0.1',
               'revocation.created', 'user:' || i, 'done', 'n'
        FROM generate_series(1, 100000) AS i""");
    sql.run("ANALYZE audit");
    System.out.println(
        sql.column(
            "SELECT relname || ' ' || pg_size_pretty(pg_total_relation_size(oid)) || ' '"
                + " || reltuples::bigint FROM pg_class WHERE relname IN ('audit_act', 'audit_write')"));
    for (String query :
        List.of(
            "",
            "?actor=root",
            "?action=revocation.created",
            "?target=user:77777",
            "?actor=nobody",
            "?action=login.failed&outcome=refused",
            "?limit=10000&format=csv")) {
      long start = System.nanoTime();
      int status =
          client
              .request(
                  new RequestOptions()
                      .setHost(node.http().getHost())
                      .setPort(node.http().getPort())
                      .setURI("/api/v1/admin/audit" + query)
                      .putHeader("Authorization", "Bearer " + token))
              .compose(request -> request.send())
              .compose(response -> response.body().map(response.statusCode()))
              .await(60, TimeUnit.SECONDS);
      System.out.printf(
          "GET /api/v1/admin/audit%s: %d in %,.0f ms%n",
          query, status, (System.nanoTime() - start) / 1e6);
    }
  }
}
