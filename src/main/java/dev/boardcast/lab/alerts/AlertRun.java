package dev.boardcast.lab.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.lab.load.Latency;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * One run: values cross the bounds of rules while a caller causes a fault; then all messages are
 * waited for and everything is counted. Used once; calls block.
 */
public final class AlertRun implements AutoCloseable {
  private static final String ALERTS = "/api/v1/alerts";
  private static final int SIGNALS = 10;
  private static final int HOLD_SECONDS = 1;
  private static final int POLL_MILLIS = 50;

  private final String name = "run-" + UUID.randomUUID().toString().substring(0, 8);
  private final ApiClient api;
  private final WebhookReceiver receiver;
  private final String receiverAddress;
  private final List<AlertSignal> signals = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> quiet = new ArrayList<>();
  private SwingingSignal swinging;
  private String swingRule;
  private long faultBegan = Long.MAX_VALUE;
  private long faultEnded = Long.MAX_VALUE;

  /**
   * @param token with the roles admin and ingest
   * @param receiverAddress host and port at which nodes reach the receiver
   */
  public AlertRun(List<URI> nodes, String token, WebhookReceiver receiver, String receiverAddress) {
    api = new ApiClient(nodes, token);
    this.receiver = receiver;
    this.receiverAddress = receiverAddress;
  }

  /** Creates channel and rules, and begins to write facts. */
  public void start() throws IOException, InterruptedException {
    var channel =
        Map.of(
            "type", "webhook", "url", "http://" + receiverAddress + "/" + name, "group_by", "rule");
    api.send("PUT", ALERTS + "/channels/" + name, channel);
    for (int i = 0; i < SIGNALS; i++) {
      String signal = "signal-" + i;
      String rule = rule(signal, Map.of("key", signal));
      signals.add(new AlertSignal(api, receiver, signal, rule));
    }
    String swing = "swing";
    swinging = new SwingingSignal(api, swing, 3 * HOLD_SECONDS * 1000);
    swingRule = rule(swing, Map.of("key", swing, "for_seconds", HOLD_SECONDS));
    // Nothing fires where there are no facts.
    String none = "none";
    quiet.add(rule(none, Map.of("key", none, "condition", "below")));
    String empty = "empty";
    quiet.add(rule(empty, Map.of("metric", "recent", "condition", "below")));
    signals.forEach(this::begin);
    begin(swinging);
  }

  private void begin(Runnable signal) {
    var thread = new Thread(signal, "boardcast-alert-signal");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private String rule(String named, Map<String, Object> fields)
      throws IOException, InterruptedException {
    Map<String, Object> rule = new HashMap<>();
    rule.put("name", name + " " + named);
    rule.put("board", AlertBoard.NAME);
    rule.put("metric", "level.*");
    rule.put("condition", "above");
    rule.put("bound", AlertBoard.BOUND);
    rule.put("for_seconds", 0);
    rule.put("channels", List.of(name));
    rule.putAll(fields);
    return api.send("POST", ALERTS + "/rules", rule).json().path("id").asText();
  }

  public void faultBegins() {
    faultBegan = System.nanoTime();
  }

  /**
   * @param bound how long the cluster may take to recover
   */
  public void faultEnded(Duration bound) {
    faultEnded = System.nanoTime() + bound.toNanos();
  }

  /**
   * Stops crossing, waits for messages that are still to come, and counts.
   *
   * @param patience how long without a further message until the missing ones are lost
   */
  public AlertTotals finish(Duration patience) throws IOException, InterruptedException {
    swinging.stop();
    signals.forEach(AlertSignal::stop);
    for (long told = -1; told != told() && !isOver(); ) {
      told = told();
      long before = told;
      await(patience, () -> isOver() || told() != before);
    }
    end();
    String waiting = ALERTS + "/messages?state=waiting&limit=200";
    long end = System.nanoTime() + patience.toNanos();
    while (!ofThis(api.list(waiting)).isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(4 * POLL_MILLIS);
    }
    return totals();
  }

  private boolean isOver() {
    return threads.stream().noneMatch(Thread::isAlive);
  }

  private void end() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) thread.join();
  }

  private long told() {
    return signals.stream().mapToLong(signal -> signal.told().size()).sum();
  }

  private List<JsonNode> ofThis(List<JsonNode> messages) {
    return messages.stream().filter(each -> each.path("channel").asText().equals(name)).toList();
  }

  private AlertTotals totals() throws IOException, InterruptedException {
    var violations = new ArrayList<String>();
    var calm = new Histogram(3);
    var all = new Histogram(3);
    int crossings = 0;
    int transitions = 0;
    int lost = 0;
    for (AlertSignal signal : signals) {
      if (signal.failure() != null) violations.add(signal.failure());
      var crossed = signal.crossings();
      var told = signal.told();
      crossings += crossed.size();
      transitions += history(signal.rule()).size();
      lost += Math.max(0, crossed.size() - told.size());
      if (told.size() > crossed.size()) violations.add("more was told than has crossed");
      for (int i = 0; i < Math.min(crossed.size(), told.size()); i++) {
        var crossing = crossed.get(i);
        if (!crossing.to().equals(told.get(i).to())) violations.add("told out of order");
        // An attempt before may have been stored without an answer.
        long micros = Math.max(0, (told.get(i).nanos() - crossing.nanos()) / 1_000);
        all.recordValue(micros);
        if (isCalm(crossing.nanos(), told.get(i).nanos())) calm.recordValue(micros);
      }
    }
    if (transitions != crossings) violations.add(transitions + " transitions");
    for (String rule : quiet) {
      if (!history(rule).isEmpty()) violations.add("a rule fired without a value");
    }
    if (!receiver.underTwoIds().isEmpty()) {
      violations.add("transitions under two ids: " + receiver.underTwoIds());
    }
    int swung = swings(violations);
    int[] doubled = doubled(violations);
    return new AlertTotals(
        crossings,
        transitions,
        lost,
        doubled[0],
        doubled[1],
        swinging.swings(),
        swung,
        Latency.of(calm),
        Latency.of(all),
        violations);
  }

  /** Wholly before the fault, or after it. */
  private boolean isCalm(long crossed, long told) {
    return told < faultBegan || (faultEnded < Long.MAX_VALUE && crossed > faultEnded);
  }

  /** How many transitions the swinging value had: never two within the hold time. */
  private int swings(List<String> violations) throws IOException, InterruptedException {
    var history = history(swingRule);
    for (int i = 1; i < history.size(); i++) {
      // The newest is first.
      Instant later = Instant.parse(history.get(i - 1).path("at").asText());
      Instant at = Instant.parse(history.get(i).path("at").asText());
      if (Duration.between(at, later).compareTo(Duration.ofSeconds(HOLD_SECONDS)) < 0) {
        violations.add(
            "a swinging value was told twice within its hold time: " + at + ", " + later);
      }
    }
    return history.size();
  }

  /** How many deliveries were not the first of their message, and how many of these count. */
  private int[] doubled(List<String> violations) throws IOException, InterruptedException {
    int doubled = 0;
    int uncounted = 0;
    for (JsonNode message : ofThis(api.list(ALERTS + "/messages?limit=200"))) {
      String state = message.path("state").asText();
      if (!state.equals("sent")) violations.add("a message is " + state);
      int more = Math.max(0, receiver.deliveries(message.path("id").asText()) - 1);
      doubled += more;
      uncounted += Math.max(0, more - message.path("possible_doubles").asInt());
    }
    return new int[] {doubled, uncounted};
  }

  private List<JsonNode> history(String rule) throws IOException, InterruptedException {
    return api.list(ALERTS + "/history?limit=200&rule=" + rule);
  }

  private static void await(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Stops and deletes its rules, so that a further run does not evaluate them. */
  @Override
  public void close() {
    var rules = new ArrayList<String>(quiet);
    if (swingRule != null) rules.add(swingRule);
    signals.forEach(signal -> rules.add(signal.rule()));
    try {
      end();
      for (String rule : rules) api.send("DELETE", ALERTS + "/rules/" + rule, null);
    } catch (IOException | IllegalArgumentException gone) {
      // The cluster was stopped.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
