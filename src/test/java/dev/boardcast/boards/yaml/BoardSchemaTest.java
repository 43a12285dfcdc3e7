package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JSON schema of board files for editors knows the keys that the reader knows. */
class BoardSchemaTest {
  @Test
  void itHasTheKeysOfTheReader() throws IOException {
    JsonNode schema = Json.MAPPER.readTree(Files.readString(Path.of("conf/board.schema.json")));
    assertEquals(sorted(DeclarationReader.KEYS.stream()), names(schema.get("properties")));
    assertEquals(
        sorted(
            Stream.of(MetricsReader.MEASURES, MetricsReader.OTHERS, DisplayReader.KEYS)
                .flatMap(List::stream)),
        names(schema.at("/$defs/metric/properties")));
    assertEquals(
        sorted(FactColumnReader.KEYS.stream()),
        names(schema.at("/properties/facts/additionalProperties/oneOf/1/properties")));
    assertEquals(
        sorted(DeclarationReader.SOURCE_KEYS.stream()),
        names(schema.at("/properties/source/properties")));
    assertEquals(
        sorted(ParameterReader.KEYS.stream()),
        names(schema.at("/properties/parameters/oneOf/1/additionalProperties/properties")));
    assertEquals(
        sorted(AlertsReader.KEYS.stream()),
        names(schema.at("/properties/alerts/items/properties")));
    List<String> measures = new ArrayList<>();
    schema.at("/$defs/metric/oneOf").forEach(each -> measures.add(each.at("/required/0").asText()));
    assertEquals(MetricsReader.MEASURES, measures);
  }

  private static TreeSet<String> sorted(Stream<String> keys) {
    return keys.collect(Collectors.toCollection(TreeSet::new));
  }

  private static TreeSet<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
