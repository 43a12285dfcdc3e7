package dev.boardcast;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Generates random facts of every kind: late ones, duplicates, and corrections of earlier ones. */
final class BoardFacts {
  private final String topic;
  private final String user;
  private final Random random;
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  /**
   * @param topic the id of one that exists
   * @param user who posts the facts
   */
  BoardFacts(long seed, String topic, String user) {
    this.topic = topic;
    this.user = user;
    random = new Random(seed);
  }

  /** Request bodies by path, in order; each path accepts NDJSON. */
  Map<String, String> batches(int size) {
    var batches = new LinkedHashMap<String, String>();
    batches.put("/routing/decisions", lines(size, this::decision));
    batches.put("/api/v1/messages", lines(size, this::message));
    batches.put("/api/v1/analytics/transactions", lines(size, this::transaction));
    batches.put("/api/v1/analytics/views", lines(size, this::view));
    batches.put("/api/v1/analytics/activity", lines(size, this::activity));
    batches.put("/api/v1/monitoring/scrape-runs", lines(size, this::run));
    batches.put("/api/v1/monitoring/quality-samples", lines(size, this::sample));
    batches.put("/api/v1/tasks", lines(size, this::task));
    batches.put("/deploys", lines(size, this::deploy));
    return batches;
  }

  /** Facts that are posted one by one, before the batches. */
  Map<String, String> records() {
    var records = new LinkedHashMap<String, String>();
    String done = "11111111-2222-4333-8444-555555555555";
    records.put("/api/v1/tasks", "{\"title\":\"Look\",\"id\":\"" + done + "\"}");
    records.put("/api/v1/tasks/" + done + "/complete", "{}");
    records.put(
        "/api/v1/routing/budgets",
        "{\"scope\":\"team\",\"name\":\"ads\",\"period\":\"month\",\"amount\":1}");
    records.put(
        "/api/v1/analytics/rates",
        "{\"rates\":[{\"currency\":\"EUR\",\"valid_from\":\"2020-01-01\",\"rate\":1.0834}]}");
    records.put("/api/v1/proposals/p1/feedback", "{\"verdict\":\"approved\"}");
    records.put(
        "/api/v1/analysis/runs",
        "{\"time_window_start\":\"%s\",\"time_window_end\":\"%s\",\"trigger_type\":\"manual\"}"
            .formatted(now.minusSeconds(3600), now));
    return records;
  }

  private String decision() {
    return """
        {"strategy":"%s","provider":"%s","model":"m%d","confidence":0.%d,"cost":0.000%d,\
        "decided_at":"%s","event_id":"%s","input_tokens":%d,"output_tokens":%d,"cached_tokens":%d,\
        "reasoning_tokens":%d,"latency_ms":%d,"status":"%s","user":"u%d","team":"%s","key":"k%d",\
        "tags":["a","b%d"]}"""
        .formatted(
            pick("hybrid", "cost"),
            pick("gemini", "claude"),
            n(3),
            n(99),
            n(99),
            at(),
            id(),
            n(1000),
            n(1000),
            n(1000),
            n(1000),
            n(9000),
            pick("success", "error", "timeout"),
            n(9),
            pick("ads", "search"),
            n(3),
            n(3));
  }

  private String message() {
    return """
        {"predicted_label":"%s","true_label":"%s","confidence":0.%d,"noise":%b,"sent_at":"%s",\
        "topic_id":"%s","event_id":"%s"}"""
        .formatted(pick("a", "b"), pick("a", "b"), n(99), random.nextBoolean(), at(), topic, id());
  }

  private String transaction() {
    return """
        {"transaction_id":"t%d","user_id":"u%d","content_id":"c","amount":%d.%d,"status":"%s",\
        "occurred_at":"%s","currency":%s}"""
        .formatted(
            n(40),
            n(9),
            n(500) - 100,
            n(99),
            pick("pending", "completed", "failed"),
            at(),
            pick("null", "null", "\"EUR\"", "\"JPY\""));
  }

  private String view() {
    return "{\"content_id\":\"c%d\",\"user_id\":\"u%d\",\"viewed_at\":\"%s\",\"event_id\":\"%s\"}"
        .formatted(n(5), n(9), at(), id());
  }

  /** Of the user who posts it; due within two days around now. */
  private String task() {
    return "{\"title\":\"t\",\"due_at\":\"%s\",\"priority\":\"%s\",\"assignee\":%s}"
        .formatted(
            now.plusSeconds(n(200_000) - 100_000),
            pick("low", "urgent"),
            pick("null", "\"" + user + "\""));
  }

  private String activity() {
    return "{\"user_id\":\"u%d\",\"at\":\"%s\",\"event_id\":\"%s\"}".formatted(n(9), at(), id());
  }

  private String run() {
    Instant end = now.minusSeconds(n(200_000));
    return """
        {"source":"s%d","status":"%s","records":%d,"started_at":"%s","finished_at":"%s",\
        "event_id":"%s"}"""
        .formatted(n(3), pick("success", "failure"), n(1000), end.minusSeconds(9), end, id());
  }

  private String sample() {
    return """
        {"source":"s%d","geocoding_attempts":100,"geocoding_successes":%d,\
        "validation_attempts":100,"validation_passes":%d,"sampled_at":"%s","event_id":"%s",\
        "checks":[{"name":"%s","attempts":9,"passes":%d}]}"""
        .formatted(n(3), n(100), n(100), at(), id(), pick("price", "title"), n(9));
  }

  private String deploy() {
    return """
        {"service":"%s","succeeded":%b,"seconds":%d.5,"finished_at":"%s","event_id":"%s"}"""
        .formatted(pick("web", "db"), random.nextBoolean(), n(2000), at(), id());
  }

  private String at() {
    return now.minusSeconds(n(200_000)).toString();
  }

  // Few values, so that some repeat.
  private String id() {
    return "e" + n(2000);
  }

  private int n(int bound) {
    return random.nextInt(bound);
  }

  private String pick(String... choices) {
    return List.of(choices).get(n(choices.length));
  }

  private static String lines(int size, Supplier<String> fact) {
    return IntStream.range(0, size).mapToObj(i -> fact.get()).collect(Collectors.joining("\n"));
  }
}
