package dev.boardcast.lab.replay;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that counts facts by event_id and operations by Idempotency-Key. */
final class ReplayFakeNode {
  final List<Integer> batches = new CopyOnWriteArrayList<>();

  /** The last segment of each path, with the number of facts or the topic's id. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  final List<String> operations = new CopyOnWriteArrayList<>();
  final Map<String, List<String>> paths = new ConcurrentHashMap<>();
  final Set<String> seen = Collections.synchronizedSet(new LinkedHashSet<>());
  final AtomicInteger rejections = new AtomicInteger();
  final AtomicInteger disconnects = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger maxInFlight = new AtomicInteger();
  volatile String token = "";
  final int port;
  private final Vertx vertx;

  ReplayFakeNode(Vertx vertx) {
    this.vertx = vertx;
    this.port =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(10, TimeUnit.SECONDS)
            .join()
            .actualPort();
  }

  private void handle(HttpServerRequest request) {
    maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    request
        .body()
        .onSuccess(
            body -> {
              // A delay, so that requests overlap.
              vertx
                  .timer(2)
                  .onComplete(
                      waited -> {
                        inFlight.decrementAndGet();
                        answer(request, body.toString());
                      });
            });
  }

  private void answer(HttpServerRequest request, String body) {
    var response = request.response();
    if (!token.isEmpty() && !("Bearer " + token).equals(request.getHeader("Authorization"))) {
      response.setStatusCode(401).end("{\"title\":\"Not authenticated\",\"detail\":\"no token\"}");
    } else if (rejections.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      response.setStatusCode(503).putHeader("Retry-After", "0").end();
    } else if (request.path().equals("/api/v1/topics")) {
      String topic = new JsonObject(body).getString("id");
      calls.add("topics " + topic);
      response.setStatusCode(seen.add("topic " + topic) ? 201 : 200).end("{}");
    } else if (!request.path().startsWith("/api/v1/tasks")) {
      String counts = facts(request.path(), body);
      if (disconnects.getAndUpdate(n -> Math.max(0, n - 1)) > 0) request.connection().close();
      else response.end(counts);
    } else {
      operation(request, body);
    }
  }

  private String facts(String path, String body) {
    String[] lines = body.split("\n");
    calls.add(path.substring(path.lastIndexOf('/') + 1) + " " + lines.length);
    batches.add(lines.length);
    int duplicate = 0;
    var errors = new StringBuilder();
    int rejected = 0;
    for (int i = 0; i < lines.length; i++) {
      var fact = new JsonObject(lines[i]);
      if (fact.getDouble("cost", 0.0) < 0) {
        rejected++;
        errors.append(errors.length() == 0 ? "" : ",");
        errors.append(
            "{\"line\":%d,\"field\":\"cost\",\"expected\":\"0 or more\"}".formatted(i + 1));
      } else if (!seen.add(fact.getString("event_id"))) {
        duplicate++;
      }
    }
    return "{\"accepted\":%d,\"duplicate\":%d,\"rejected\":%d,\"errors\":[%s]}"
        .formatted(lines.length - duplicate - rejected, duplicate, rejected, errors);
  }

  private void operation(HttpServerRequest request, String body) {
    if (body.contains("\"bad\"")) {
      request.response().setStatusCode(400).end("{\"detail\":\"title: expected text\"}");
      return;
    }
    boolean isReplayed = !seen.add(request.getHeader("Idempotency-Key"));
    if (isReplayed) request.response().putHeader("Idempotency-Replayed", "true");
    else operations.add(request.method() + " " + request.path() + " " + body);
    String task = body.contains("\"id\"") ? new JsonObject(body).getString("id") : id(request);
    paths.computeIfAbsent(task, any -> new CopyOnWriteArrayList<>()).add(body);
    request.response().setStatusCode(201).end("{}");
  }

  private static String id(HttpServerRequest request) {
    return request.path().split("/")[4];
  }
}
