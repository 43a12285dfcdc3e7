package dev.boardcast.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.config.SettingValues;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Reads the configuration file: one flat JSON object whose keys are those of the settings. A list
 * is written as an array of texts, or as one text with commas; a setting that is JSON as such.
 */
final class ConfigFile {
  /** The setting that names the file. */
  static final String KEY = "config";

  /** Names the JSON schema for editors; not a setting. */
  static final String SCHEMA = "$schema";

  private ConfigFile() {}

  /**
   * What a file says.
   *
   * @param values of known and unknown keys
   * @param problems values that are no text at all
   */
  record Content(SettingValues values, List<InvalidSettingException> problems) {}

  /**
   * Reads a file.
   *
   * @throws InvalidSettingException when it cannot be read or is no such object
   */
  static Content read(SettingCatalog catalog, Path file) {
    String source = "file " + file;
    var values = SettingValues.DEFAULTS;
    var problems = new ArrayList<InvalidSettingException>();
    JsonNode object = parse(file);
    for (SettingDeclaration setting : catalog.settings()) {
      setting
          .fileForm()
          .filter(form -> object.has(form.key()) && object.has(setting.key()))
          .ifPresent(form -> problems.add(givenTwice(setting, form, source)));
    }
    for (var entry : object.properties()) {
      String key = entry.getKey();
      var setting = catalog.find(key);
      boolean isJson = setting.filter(SettingDeclaration::isJson).isPresent();
      String text = text(entry.getValue(), isJson);
      if (key.equals(SCHEMA)) continue;
      if (key.equals(KEY)) {
        problems.add(new InvalidSettingException(key, text, source, "no such key in the file"));
      } else if (text == null && setting.isPresent()) {
        problems.add(notPlain(setting.get(), entry.getValue(), source));
      } else {
        values = values.with(key, text == null ? entry.getValue().toString() : text, source);
      }
    }
    return new Content(values, problems);
  }

  /** All that is wrong with a file; empty when a node can start with it. */
  static List<InvalidSettingException> problems(SettingCatalog catalog, Path file) {
    try {
      Content content = read(catalog, file);
      var problems = new ArrayList<>(content.problems());
      problems.addAll(content.values().withSecretFiles(catalog).problems(catalog));
      return problems;
    } catch (InvalidSettingException unusable) {
      return List.of(unusable);
    }
  }

  private static InvalidSettingException givenTwice(
      SettingDeclaration setting, SettingDeclaration form, String source) {
    return new InvalidSettingException(
        form.key(), "given", source, "nothing where " + setting.key() + " is given");
  }

  private static InvalidSettingException notPlain(
      SettingDeclaration setting, JsonNode value, String source) {
    return new InvalidSettingException(
        setting.key(),
        setting.shown(value.toString()),
        source,
        setting.expected() + ", as plain value");
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
    return new InvalidSettingException(KEY, file.toString(), "the configuration file", expected);
  }

  private static String text(JsonNode value, boolean isJson) {
    if (isJson && value.isContainerNode()) return value.toString();
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
