package dev.boardcast.boards.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A value of a YAML file with its position. */
sealed interface YamlValue {
  SourcePosition position();

  /** A description of the value for messages. */
  String kind();

  /**
   * A scalar, as text.
   *
   * @param body the position of the first line of the text, which may be below its key
   * @param keepsLines whether each line of the text is a line of the file
   */
  record Text(SourcePosition position, SourcePosition body, String text, boolean keepsLines)
      implements YamlValue {
    @Override
    public String kind() {
      return "\"" + text + "\"";
    }
  }

  /** A list. */
  record Sequence(SourcePosition position, List<YamlValue> entries) implements YamlValue {
    @Override
    public String kind() {
      return "a list";
    }

    /** All entries, which must be scalars. */
    List<Text> texts(String name) {
      List<Text> texts = new ArrayList<>();
      for (YamlValue each : entries) {
        if (!(each instanceof Text text)) {
          throw new InvalidBoardFileException(
              each.position(), name + " has " + each.kind() + " in it, expected plain values");
        }
        texts.add(text);
      }
      return texts;
    }
  }

  /**
   * A mapping of keys to values, in order.
   *
   * @param keys the position of each key
   */
  record Keyed(
      SourcePosition position, Map<String, YamlValue> entries, Map<String, SourcePosition> keys)
      implements YamlValue {
    @Override
    public String kind() {
      return "a map";
    }

    /** Rejects unknown keys. */
    void knowsOnly(String of, List<String> known) {
      for (String key : entries.keySet()) {
        if (!known.contains(key)) {
          throw new InvalidBoardFileException(
              keys.get(key),
              "unknown key \"" + key + "\"" + of + ", expected " + String.join(", ", known));
        }
      }
    }

    boolean has(String key) {
      return entries.containsKey(key);
    }

    Text text(String key) {
      if (require(key) instanceof Text text && !text.text().isBlank()) return text;
      throw new InvalidBoardFileException(
          keys.get(key),
          key + " is " + require(key).kind() + ", expected a value that is not blank");
    }

    Keyed keyed(String key) {
      if (require(key) instanceof Keyed keyed) return keyed;
      throw new InvalidBoardFileException(
          keys.get(key), key + " is " + require(key).kind() + ", expected keys with values");
    }

    List<Text> texts(String key) {
      if (require(key) instanceof Sequence sequence) return sequence.texts(key);
      throw new InvalidBoardFileException(
          keys.get(key), key + " is " + require(key).kind() + ", expected a list");
    }

    private YamlValue require(String key) {
      YamlValue entry = entries.get(key);
      if (entry == null) throw new InvalidBoardFileException(position, key + " is missing");
      return entry;
    }
  }
}
