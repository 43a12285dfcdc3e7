package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.net.URI;
import java.util.Collections;
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
 * Writes tasks as several users at once and counts what was acknowledged; refused writes are sent
 * again by {@link RetryingClient}.
 */
public final class TaskWriter implements AutoCloseable {
  private static final int WRITERS = 4;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final RetryingClient client;
  private final List<Person> people;
  private final AtomicInteger acknowledged = new AtomicInteger();

  /**
   * @param nodes tried in this order
   */
  public TaskWriter(List<URI> nodes, List<Person> people) {
    this.client = new RetryingClient(nodes);
    this.people = List.copyOf(people);
  }

  /** Starts to write that many tasks with some changes each; the future completes with the last. */
  public Future<?> write(int tasks) {
    var next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) writeTask(i);
          return null;
        };
    return threads.submit(
        () -> {
          for (Future<Void> writer : threads.invokeAll(Collections.nCopies(WRITERS, work))) {
            writer.get();
          }
          return null;
        });
  }

  /** The number of acknowledged writes so far. */
  public int acknowledged() {
    return acknowledged.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void writeTask(int i) throws Exception {
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
    JsonNode accepted = client.post(person, path, UUID.randomUUID().toString(), body);
    acknowledged.incrementAndGet();
    return accepted;
  }
}
