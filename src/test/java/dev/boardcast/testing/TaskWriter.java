package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes tasks as several people at once and remembers what was acknowledged. A write that got no
 * answer, or 503, is sent again to the next node with the same key, like a good client does.
 */
public final class TaskWriter implements AutoCloseable {
  private static final int WRITERS = 4;
  private static final int MAX_TRIES = 200;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
  private final List<URI> nodes;
  private final List<Person> people;
  private final AtomicInteger acknowledged = new AtomicInteger();

  /**
   * @param nodes asked in this order
   */
  public TaskWriter(List<URI> nodes, List<Person> people) {
    this.nodes = List.copyOf(nodes);
    this.people = List.copyOf(people);
  }

  /** Begins to write that many tasks, each with some of its life; the future ends with the last. */
  public Future<?> write(int tasks) {
    var next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) live(i);
          return null;
        };
    return Executors.newSingleThreadExecutor()
        .submit(
            () -> {
              for (Future<Void> writer :
                  threads.invokeAll(java.util.Collections.nCopies(WRITERS, work))) {
                writer.get();
              }
              return null;
            });
  }

  /** Writes answered with success so far. */
  public int acknowledged() {
    return acknowledged.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void live(int i) throws Exception {
    var owner = people.get(i % people.size());
    var other = people.get((i + 1) % people.size());
    Map<String, Object> draft = new LinkedHashMap<>();
    draft.put("title", "task " + i);
    if (i % 3 != 0 && !owner.teams().isEmpty())
      draft.put("team_id", owner.teams().iterator().next());
    JsonNode task = send(owner, "/api/v1/tasks", Json.encode(draft));
    String path = "/api/v1/tasks/" + task.get("id").asText();
    if (i % 5 == 0) send(owner, path + "/share", Json.encode(Map.of("user_id", other.name())));
    if (i % 2 == 0) send(owner, path + "/complete", "");
    if (i % 8 == 0) send(owner, path + "/reopen", "");
  }

  private JsonNode send(Person person, String path, String body) throws Exception {
    String key = UUID.randomUUID().toString();
    String last = "";
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
      var request =
          HttpRequest.newBuilder(nodes.get(attempt % nodes.size()).resolve(path))
              .timeout(Duration.ofSeconds(5))
              .header("Authorization", "Bearer " + person.token())
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", key)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      try {
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() < 300) {
          acknowledged.incrementAndGet();
          return Json.MAPPER.readTree(answer.body());
        }
        last = answer.statusCode() + " " + answer.body();
        if (answer.statusCode() != 503) throw new AssertionError(path + ": " + last);
      } catch (IOException noAnswer) {
        last = noAnswer.toString();
      }
    }
    throw new AssertionError(path + " was never accepted: " + last);
  }
}
