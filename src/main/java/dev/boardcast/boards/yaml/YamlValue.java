package dev.boardcast.boards.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A value of a file that knows where it stands. */
sealed interface YamlValue {
  SourcePosition place();

  /** What kind of value this is, for people. */
  String kind();

  /**
   * Any plain value, as it is written.
   *
   * @param body where the text itself begins, which may be below its key
   * @param keepsLines whether each line of the text is a line of the file
   */
  record Text(SourcePosition place, SourcePosition body, String text, boolean keepsLines)
      implements YamlValue {
    @Override
    public String kind() {
      return "\"" + text + "\"";
    }
  }

  record Many(SourcePosition place, List<YamlValue> entries) implements YamlValue {
    @Override
    public String kind() {
      return "a list";
    }

    /** All of them as texts. */
    List<Text> texts(String name) {
      List<Text> texts = new ArrayList<>();
      for (YamlValue each : entries) {
        if (!(each instanceof Text text)) {
          throw new InvalidBoardFileException(
              each.place(), name + " has " + each.kind() + " in it, expected plain values");
        }
        texts.add(text);
      }
      return texts;
    }
  }

  /**
   * Named values, in order.
   *
   * @param keys where each name stands
   */
  record Keyed(
      SourcePosition place, Map<String, YamlValue> entries, Map<String, SourcePosition> keys)
      implements YamlValue {
    @Override
    public String kind() {
      return "a map";
    }

    /** Refuses names that mean nothing. */
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
      if (need(key) instanceof Text text && !text.text().isBlank()) return text;
      throw new InvalidBoardFileException(
          keys.get(key), key + " is " + need(key).kind() + ", expected a value that is not blank");
    }

    Keyed keyed(String key) {
      if (need(key) instanceof Keyed keyed) return keyed;
      throw new InvalidBoardFileException(
          keys.get(key), key + " is " + need(key).kind() + ", expected names with values");
    }

    List<Text> texts(String key) {
      if (need(key) instanceof Many many) return many.texts(key);
      throw new InvalidBoardFileException(
          keys.get(key), key + " is " + need(key).kind() + ", expected a list");
    }

    private YamlValue need(String key) {
      YamlValue entry = entries.get(key);
      if (entry == null) throw new InvalidBoardFileException(place, key + " is missing");
      return entry;
    }
  }
}
