package dev.boardcast.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The configuration file: one flat JSON object, its keys named as the settings. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * Texts by name of the setting; a list is joined by commas.
   *
   * @throws InvalidSettingException when it cannot be read, is not such an object, or has an
   *     unknown key
   */
  static Map<String, String> read(Path file) {
    var texts = new LinkedHashMap<String, String>();
    for (var entry : parse(file).properties()) {
      String text = text(entry.getValue());
      String written = text == null ? entry.getValue().toString() : text;
      String shown = Settings.shown(entry.getKey(), written);
      var setting = Settings.CATALOG.find(entry.getKey());
      if (setting.isEmpty() || entry.getKey().equals("config")) {
        throw InvalidSettingException.unknown(entry.getKey(), shown, "file " + file);
      }
      if (text == null) {
        throw InvalidSettingException.value(
            entry.getKey(), shown, "file " + file, setting.get().expected() + ", as plain value");
      }
      texts.put(entry.getKey(), text);
    }
    return texts;
  }

  private static JsonNode parse(Path file) {
    try {
      JsonNode object = Json.MAPPER.readTree(Files.readAllBytes(file));
      if (object.isObject()) return object;
      throw unusable(file, "a file with one JSON object");
    } catch (JsonProcessingException broken) {
      var where = broken.getLocation();
      String place =
          where == null ? "" : "; line " + where.getLineNr() + ", column " + where.getColumnNr();
      throw unusable(file, "a file with one JSON object" + place);
    } catch (IOException unreadable) {
      throw unusable(file, "a file that can be read");
    }
  }

  private static InvalidSettingException unusable(Path file, String expected) {
    return InvalidSettingException.value(
        "config", file.toString(), "the configuration file", expected);
  }

  private static String text(JsonNode value) {
    if (!value.isArray()) {
      return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
    var joined = new StringJoiner(",");
    for (JsonNode each : value) {
      if (!each.isTextual()) return null;
      joined.add(each.textValue());
    }
    return joined.toString();
  }
}
