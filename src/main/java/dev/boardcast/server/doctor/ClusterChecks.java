package dev.boardcast.server.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Asks running nodes: whether each is healthy, sees the others, and has the same time. Blocks. */
final class ClusterChecks {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  // The header has whole seconds.
  private static final Duration SKEW = Duration.ofSeconds(2);
  private static final Duration SETTLES = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final Optional<String> token;

  /**
   * @param token of a user with the role viewer; without one nodes are asked for their health only
   */
  ClusterChecks(Optional<String> token) {
    this.token = token;
  }

  List<Finding> check(List<URI> nodes) {
    var findings = new ArrayList<Finding>();
    var answering = new ArrayList<URI>();
    for (URI node : nodes) {
      try {
        findings.addAll(health(node));
        answering.add(node);
      } catch (IOException | InterruptedException away) {
        findings.add(silent(node, away));
      }
    }
    if (token.isPresent()) findings.addAll(settledViews(answering));
    return findings;
  }

  /** Asks again for a while, since nodes learn of others that join or leave one after another. */
  private List<Finding> settledViews(List<URI> nodes) {
    long endNanos = System.nanoTime() + SETTLES.toNanos();
    List<Finding> findings = views(nodes);
    while (findings.stream().anyMatch(Finding::isProblem) && System.nanoTime() < endNanos) {
      LockSupport.parkNanos(PAUSE.toNanos());
      findings = views(nodes);
    }
    return findings;
  }

  private List<Finding> views(List<URI> nodes) {
    var findings = new ArrayList<Finding>();
    var views = new TreeSet<String>();
    for (URI node : nodes) {
      try {
        findings.add(view(node, views));
      } catch (IOException | InterruptedException away) {
        findings.add(silent(node, away));
      }
    }
    if (views.size() > 1) {
      findings.add(
          Finding.problem(
              "nodes see different clusters: "
                  + String.join(" and ", views)
                  + "; open the ports of the cluster between them, and compare cluster-name, cluster-members and cluster-secret"));
    }
    return findings;
  }

  private static Finding silent(URI node, Exception away) {
    return Finding.problem(
        "node %s does not answer (%s): see whether it runs and its port is open"
            .formatted(node, away));
  }

  private List<Finding> health(URI node) throws IOException, InterruptedException {
    Instant before = Instant.now();
    var answer = get(node.resolve("/health/ready"), Optional.empty());
    var findings = new ArrayList<Finding>();
    JsonNode health = Json.MAPPER.readTree(answer.body());
    String status = health.path("status").asText();
    String text = "node %s is %s".formatted(node, status);
    if (status.equals("up")) findings.add(Finding.ok(text));
    else if (!status.equals("degraded")) {
      findings.add(
          Finding.problem(
              text + ": " + health.path("fault").asText("not ready: " + health.path("missing"))));
    } else {
      health
          .path("dependencies")
          .properties()
          .forEach(
              each -> {
                if (each.getValue().asText().equals("up")) return;
                findings.add(
                    Finding.problem(
                        "%s: %s is %s".formatted(text, each.getKey(), each.getValue().asText())));
              });
      health
          .path("stale")
          .forEach(
              board ->
                  findings.add(
                      Finding.problem(
                          "%s: board %s cannot be computed, see its log"
                              .formatted(text, board.asText()))));
      health
          .path("sources")
          .properties()
          .forEach(
              each ->
                  findings.add(
                      Finding.problem(
                          "%s: source %s: %s"
                              .formatted(text, each.getKey(), each.getValue().asText()))));
    }
    answer.headers().firstValue("date").ifPresent(date -> findings.add(clock(node, before, date)));
    return findings;
  }

  private static Finding clock(URI node, Instant before, String date) {
    Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    Duration skew = Duration.between(before, there);
    return skew.abs().compareTo(SKEW) > 0
        ? Finding.problem(
            "the clock of node %s differs from this machine's by %s: synchronize both, by NTP"
                .formatted(node, skew))
        : Finding.ok("the clock of node %s agrees".formatted(node));
  }

  private Finding view(URI node, TreeSet<String> views) throws IOException, InterruptedException {
    var answer = get(node.resolve("/api/v1/admin/nodes"), token);
    if (answer.statusCode() != 200) {
      return Finding.warning(
          "node %s does not show its cluster (%d): give a token with the role viewer, and its port of administration"
              .formatted(node, answer.statusCode()));
    }
    JsonNode cluster = Json.MAPPER.readTree(answer.body());
    var names = new TreeSet<String>();
    cluster.path("nodes").forEach(each -> names.add(each.path("name").asText()));
    views.add(names.toString());
    var silent = new TreeSet<String>();
    cluster.path("silent").forEach(each -> silent.add(each.asText()));
    return silent.isEmpty()
        ? Finding.ok("node %s sees %s".formatted(node, names))
        : Finding.problem(
            "node %s gets no answer from %s: end or start these again".formatted(node, silent));
  }

  private HttpResponse<String> get(URI uri, Optional<String> bearer)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).timeout(LIMIT);
    bearer.ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
