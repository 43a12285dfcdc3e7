package dev.boardcast.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Sends operations on tasks, one a line: {@code {"op":"create","key":"INC1",…fields}}. The task's
 * id is derived from the key, so a second replay uses the same tasks.
 */
final class ReplayTasks implements ReplayBoard {
  private static final String TASKS = "/api/v1/tasks";
  private static final List<String> RECORDED_FIELDS = List.of("op", "key", "event_id", "at");
  private static final Map<String, Operation> OPERATIONS =
      Map.of(
          "create", new Operation(HttpMethod.POST, TASKS),
          "update", new Operation(HttpMethod.PATCH, TASKS + "/%s"),
          "delete", new Operation(HttpMethod.DELETE, TASKS + "/%s"),
          "complete", new Operation(HttpMethod.POST, TASKS + "/%s/complete"),
          "reopen", new Operation(HttpMethod.POST, TASKS + "/%s/reopen"),
          "share", new Operation(HttpMethod.POST, TASKS + "/%s/share"));

  private record Operation(HttpMethod method, String path) {}

  @Override
  public List<String> timeFields() {
    return List.of("at");
  }

  @Override
  public void add(ReplayLines.ReplayLine line, Consumer<ReplayRequest> out) {
    ObjectNode fact = ReplayKinds.parse(line.text());
    String op = fact.path("op").asText();
    String key = fact.path("key").asText();
    Operation operation = OPERATIONS.get(op);
    if (operation == null) {
      throw new IllegalArgumentException(
          "op: expected create, update, complete, reopen, share or delete");
    }
    if (key.isBlank()) throw new IllegalArgumentException("key: expected the task's key");
    JsonNode event = fact.path("event_id");
    String idempotency = event.isTextual() ? event.textValue() : digest(line);
    UUID id = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    fact.remove(RECORDED_FIELDS);
    if (op.equals("create")) fact.put("id", id.toString());
    out.accept(
        new ReplayRequest(
            key.hashCode(),
            false,
            operation.method(),
            operation.path().formatted(id),
            ReplayRequest.JSON,
            Optional.of(idempotency),
            fact.isEmpty() ? Buffer.buffer() : Buffer.buffer(Json.encode(fact)),
            List.of(line.number()),
            line.bytes()));
  }

  @Override
  public void flush(Consumer<ReplayRequest> out) {
    // Each line is a request.
  }

  /** The key of a line without event_id: the same for the same line of the same file. */
  private static String digest(ReplayLines.ReplayLine line) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update((line.number() + ":").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest(line.text()));
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException("every Java has SHA-256", defect);
    }
  }
}
