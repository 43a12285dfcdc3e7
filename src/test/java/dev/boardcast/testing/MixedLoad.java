package dev.boardcast.testing;

import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Posts random facts to all boards in turn until closed: late ones, duplicates, and transactions
 * that change. {@link #close} fails when a request has failed.
 */
public final class MixedLoad implements AutoCloseable {
  private static final List<String> BOARDS =
      List.of("tasks", "routing", "analysis", "platform", "pipeline");
  private static final int LINES = 40;

  private final Vertx vertx;
  private final URI node;
  private final Path folder;
  private final String token = Person.of("sender").with("ingest", "admin").token();
  private final Instant now = Instant.now();
  private final ExecutorService writer = Executors.newSingleThreadExecutor();
  private final Future<Void> writing;
  private volatile int rounds;
  private volatile boolean closed;

  public MixedLoad(Vertx vertx, URI node, Path folder) {
    this.vertx = vertx;
    this.node = node;
    this.folder = folder;
    writing = writer.submit(this::write);
  }

  /** How many batches each board has received. */
  public int rounds() {
    return rounds;
  }

  @Override
  public void close() {
    closed = true;
    writer.shutdown();
    try {
      writing.get(1, TimeUnit.MINUTES);
    } catch (Exception failure) {
      throw new AssertionError("the writer failed", failure);
    }
  }

  private Void write() throws Exception {
    var random = new SplittableRandom(7);
    for (int round = 0; !closed; round++) {
      for (String board : BOARDS) {
        var lines = new ArrayList<String>();
        for (int line = 0; line < LINES; line++) lines.add(fact(board, round, line, random));
        var report = Replays.inProcess(vertx, node, board, file(board, lines), token);
        if (!report.isComplete()) throw new AssertionError(board + " " + report + report.reasons());
      }
      rounds = round + 1;
    }
    return null;
  }

  private Path file(String board, List<String> lines) throws IOException {
    return Files.write(folder.resolve(board + ".ndjson"), lines);
  }

  private String fact(String board, int round, int line, SplittableRandom random) {
    var fact = new LinkedHashMap<String, Object>();
    // About every tenth is a duplicate.
    int number = random.nextInt(10) == 0 ? random.nextInt(round * LINES + 1) : round * LINES + line;
    switch (board) {
      case "tasks" -> task(fact, round, line);
      case "routing" -> decision(fact, random);
      case "analysis" -> message(fact, round, line, random);
      case "platform" -> visit(fact, random);
      default -> run(fact, random);
    }
    if (!fact.containsKey("transaction_id") && !fact.containsKey("name")) {
      fact.put("event_id", board + (board.equals("tasks") ? round * LINES + line : number));
    }
    return Json.encode(fact);
  }

  private static void task(Map<String, Object> fact, int round, int line) {
    String op = List.of("create", "complete", "reopen", "update").get(line % 4);
    fact.put("op", op);
    fact.put("key", round + "/" + line / 4);
    if (op.equals("create") || op.equals("update")) fact.put("title", op + " " + line);
  }

  private void decision(Map<String, Object> fact, SplittableRandom random) {
    fact.put("strategy", "s" + random.nextInt(3));
    fact.put("provider", "p" + random.nextInt(3));
    if (random.nextBoolean()) fact.put("confidence", BigDecimal.valueOf(random.nextInt(101), 2));
    fact.put("cost", BigDecimal.valueOf(random.nextInt(100_000), 9));
    fact.put("decided_at", past(random));
  }

  private void message(Map<String, Object> fact, int round, int line, SplittableRandom random) {
    if (round == 0 && line < 3) {
      fact.put("id", "t" + line);
      fact.put("name", "topic " + line);
      return;
    }
    fact.put("topic_id", "t" + random.nextInt(3));
    fact.put("true_label", "l" + random.nextInt(2));
    fact.put("predicted_label", "l" + random.nextInt(2));
    fact.put("noise", random.nextInt(4) == 0);
    fact.put("confidence", BigDecimal.valueOf(random.nextInt(101), 2));
    fact.put("sent_at", past(random));
  }

  private void visit(Map<String, Object> fact, SplittableRandom random) {
    String user = "u" + random.nextInt(50);
    int kind = random.nextInt(3);
    if (kind == 0) {
      fact.put("transaction_id", "tx" + random.nextInt(100));
      fact.put("amount", BigDecimal.valueOf(random.nextInt(20_000) - 2000, 3));
      fact.put("status", List.of("pending", "completed", "failed").get(random.nextInt(3)));
    } else if (kind == 1) {
      fact.put("content_id", "c" + random.nextInt(5));
    }
    fact.put("user_id", user);
    fact.put(List.of("occurred_at", "viewed_at", "at").get(kind), past(random));
  }

  private void run(Map<String, Object> fact, SplittableRandom random) {
    fact.put("source", "source " + random.nextInt(3));
    Instant at = past(random);
    if (random.nextBoolean()) {
      fact.put("geocoding_attempts", 10);
      fact.put("geocoding_successes", random.nextInt(11));
      fact.put("validation_attempts", 10);
      fact.put("validation_passes", random.nextInt(11));
      fact.put("sampled_at", at);
    } else {
      fact.put("status", random.nextInt(5) == 0 ? "failure" : "success");
      fact.put("records", random.nextInt(1000));
      fact.put("started_at", at.minusSeconds(9));
      fact.put("finished_at", at);
    }
  }

  /** Mostly within the last hour, sometimes up to two weeks ago. */
  private Instant past(SplittableRandom random) {
    Duration most = random.nextInt(4) == 0 ? Duration.ofDays(14) : Duration.ofHours(1);
    return now.minusMillis(random.nextLong(most.toMillis()));
  }
}
