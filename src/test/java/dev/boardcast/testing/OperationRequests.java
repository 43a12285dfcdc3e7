package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.ApiDescription.Operation;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Makes random requests of the operations of {@code openapi.yaml}, most of them nearly right. The
 * same seed makes the same requests, times aside.
 */
public final class OperationRequests {
  private static final List<String> NDJSON =
      List.of("application/x-ndjson", "application/ndjson", "application/jsonl");

  private final ApiDescription description;
  private final SchemaValues values;
  private final Random random;
  private final Map<String, List<String>> known;
  private final List<String> tokens;

  /**
   * @param known values of path parameters that exist, by the path before them
   * @param tokens from which one is chosen; an empty text stands for none
   */
  public OperationRequests(
      ApiDescription description,
      Random random,
      Map<String, List<String>> known,
      List<String> tokens) {
    this.description = description;
    this.values = new SchemaValues(description, random);
    this.random = random;
    this.known = known;
    this.tokens = tokens;
  }

  /** One request of an operation. */
  public record Request(
      Operation operation, String target, Map<String, String> headers, Buffer body) {
    @Override
    public String toString() {
      String text = body.toString(StandardCharsets.ISO_8859_1);
      return operation.method()
          + " "
          + target
          + " "
          + headers
          + " "
          + (text.length() > 500 ? text.substring(0, 500) + "…" : text);
    }
  }

  /**
   * The schema of the JSON body of an operation: that of one object, where arrays are taken too.
   */
  public static Optional<JsonNode> bodySchema(Operation operation) {
    JsonNode schema = operation.node().at("/requestBody/content/application~1json/schema");
    if (schema.isMissingNode()) return Optional.empty();
    return Optional.of(schema.has("oneOf") ? schema.get("oneOf").get(0) : schema);
  }

  public Request next(Operation operation) {
    var headers = new LinkedHashMap<String, String>();
    String token = tokens.get(random.nextInt(tokens.size()));
    if (!token.isEmpty()) headers.put("Authorization", "Bearer " + token);
    String target = path(operation) + query(operation, headers);
    return new Request(operation, target, headers, body(operation, headers));
  }

  private String path(Operation operation) {
    String path = operation.path();
    for (JsonNode each : parameters(operation)) {
      JsonNode parameter = values.resolved(each);
      if (!parameter.path("in").asText().equals("path")) continue;
      String name = parameter.get("name").asText();
      String before = operation.path().substring(0, operation.path().indexOf("/{" + name + "}"));
      List<String> existing = known.getOrDefault(before, List.of());
      String value;
      if (!existing.isEmpty() && !chance(30)) value = existing.get(random.nextInt(existing.size()));
      else if (chance(70)) value = values.valid(parameter.get("schema")).asText();
      else value = nasty();
      path = path.replace("{" + name + "}", encoded(value.isEmpty() ? "x" : value));
    }
    return path;
  }

  private String query(Operation operation, Map<String, String> headers) {
    var query = new ArrayList<String>();
    for (JsonNode each : parameters(operation)) {
      JsonNode parameter = values.resolved(each);
      String in = parameter.path("in").asText();
      if (in.equals("path") || chance(60)) continue;
      JsonNode schema = parameter.get("schema");
      JsonNode value = chance(80) ? values.valid(schema) : values.nasty();
      if (value.isArray()) value = value.path(0);
      String name = parameter.get("name").asText();
      if (in.equals("query")) query.add(name + "=" + encoded(value.asText()));
      else headers.put(name, visible(value.asText()));
    }
    if (chance(4)) query.add(encoded(nasty()) + "=1");
    return query.isEmpty() ? "" : "?" + String.join("&", query);
  }

  private Buffer body(Operation operation, Map<String, String> headers) {
    var schema = bodySchema(operation);
    if (schema.isEmpty()) return Buffer.buffer();
    boolean takesLines = operation.node().at("/requestBody/content").has("application/x-ndjson");
    boolean isLines = takesLines && chance(20);
    int values = isLines || (takesLines && chance(20)) ? 1 + random.nextInt(4) : 0;
    var texts = new ArrayList<String>();
    for (int i = 0; i < Math.max(1, values); i++) {
      texts.add(
          (chance(55) ? this.values.valid(schema.get()) : this.values.mutated(schema.get()))
              .toString());
    }
    String json =
        isLines
            ? String.join("\n", texts)
            : values > 0 ? "[" + String.join(",", texts) + "]" : texts.get(0);
    headers.put(
        "Content-Type",
        isLines ? NDJSON.get(random.nextInt(3)) : chance(97) ? "application/json" : "text/plain");
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (chance(8)) bytes = broken(bytes);
    if (chance(6)) {
      headers.put("Content-Encoding", "gzip");
      bytes = chance(80) ? zipped(bytes) : bytes;
    }
    return Buffer.buffer(bytes);
  }

  private byte[] broken(byte[] bytes) {
    byte[] changed = bytes.clone();
    switch (random.nextInt(4)) {
      case 0 -> changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      case 1 -> changed = java.util.Arrays.copyOf(changed, random.nextInt(changed.length));
      case 2 ->
          changed = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      default -> random.nextBytes(changed);
    }
    return changed;
  }

  private static byte[] zipped(byte[] bytes) {
    var zipped = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(zipped)) {
      zip.write(bytes);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return zipped.toByteArray();
  }

  private List<JsonNode> parameters(Operation operation) {
    var all = new ArrayList<JsonNode>();
    description.root().at("/paths").path(operation.path()).path("parameters").forEach(all::add);
    operation.node().path("parameters").forEach(all::add);
    return all;
  }

  private String nasty() {
    return SchemaValues.NASTY.get(random.nextInt(SchemaValues.NASTY.size()));
  }

  private static String encoded(String text) {
    // Longer targets get 414, whatever the operation is.
    String some = text.length() > 250 ? text.substring(0, 250) : text;
    return URLEncoder.encode(some, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
  }

  private static String visible(String text) {
    String visible = text.replaceAll("[^\\x21-\\x7e]", "_");
    return visible.length() > 300 ? visible.substring(0, 300) : visible;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
