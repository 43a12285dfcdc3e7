package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A description that a node serves: {@code openapi.yaml} or {@code asyncapi.yaml}. */
public final class ApiDescription {
  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  private final JsonNode root;

  /** The description of a method and a path, which may have {@code {parameters}}. */
  public record Operation(String method, String path, String name, JsonNode node) {
    public JsonNode responses() {
      return node.get("responses");
    }

    /** A path that it has: a page, a board, or a resource that does not exist. */
    public String example() {
      return path.replace("/{page}", "/boardcast.js")
          .replace("boards/{name}", "boards/routing")
          .replaceAll("\\{\\w+}", "x");
    }

    /** A parameter matches one segment; one with a pattern of its own, that pattern. */
    private boolean matches(String requested) {
      String pattern = path.replace(".", "\\.");
      for (JsonNode parameter : node.path("parameters")) {
        String of = parameter.at("/schema/pattern").asText();
        String name = "{" + parameter.path("name").asText() + "}";
        if (!of.isEmpty()) pattern = pattern.replace(name, of.replaceAll("^\\^|\\$$", ""));
      }
      return requested.matches(pattern.replaceAll("\\{\\w+}", "[^/]+"));
    }
  }

  public ApiDescription(String file) {
    try (var yaml = ApiDescription.class.getResourceAsStream("/dev/boardcast/api/" + file)) {
      root = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  public JsonNode root() {
    return root;
  }

  public List<Operation> operations() {
    var operations = new ArrayList<Operation>();
    for (var path : root.get("paths").properties()) {
      for (String method : METHODS) {
        JsonNode of = path.getValue().path(method);
        if (of.isMissingNode()) continue;
        operations.add(
            new Operation(
                method.toUpperCase(Locale.ROOT),
                path.getKey(),
                of.path("operationId").asText(),
                of));
      }
    }
    return operations;
  }

  /** The operation of a request; one without parameters is preferred. */
  public Optional<Operation> find(String method, String path) {
    return operations().stream()
        .filter(one -> one.method().equals(method))
        .filter(one -> one.matches(path))
        .min(Comparator.comparing(one -> one.path().chars().filter(c -> c == '{').count()));
  }

  /** The schema at a JSON pointer; references resolve in the whole description. */
  public Schema schema(String pointer) {
    ObjectNode schema = root.deepCopy();
    schema.put("$ref", "#" + pointer);
    var config = SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(config))
        .getSchema(schema);
  }
}
