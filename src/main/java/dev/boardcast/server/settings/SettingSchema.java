package dev.boardcast.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.boardcast.config.SettingCatalog;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON schema of the configuration file, by which editors complete and check it. */
final class SettingSchema {
  private static final ObjectMapper WRITER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private SettingSchema() {}

  /** The schema, draft 7. */
  public static String of(SettingCatalog catalog) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put(ConfigFile.SCHEMA, Map.of("type", "string"));
    for (var setting : catalog.settings()) {
      if (!setting.key().equals(ConfigFile.KEY)) {
        properties.put(setting.key(), setting.jsonSchema());
      }
    }
    var schema =
        Map.of(
            ConfigFile.SCHEMA,
            "http://json-schema.org/draft-07/schema#",
            "title",
            "Configuration file of Boardcast",
            "type",
            "object",
            "additionalProperties",
            false,
            "properties",
            properties);
    try {
      return WRITER.writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
