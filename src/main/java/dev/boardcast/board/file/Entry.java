package dev.boardcast.board.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A value of a file that knows where it stands. */
sealed interface Entry {
  Place place();

  /** What kind of value this is, for people. */
  String kind();

  /**
   * Any plain value, as it is written.
   *
   * @param body where the text itself begins, which may be below its key
   * @param keepsLines whether each line of the text is a line of the file
   */
  record Text(Place place, Place body, String text, boolean keepsLines) implements Entry {
    @Override
    public String kind() {
      return "\"" + text + "\"";
    }
  }

  record Many(Place place, List<Entry> entries) implements Entry {
    @Override
    public String kind() {
      return "a list";
    }

    /** All of them as texts. */
    List<Text> texts(String name) {
      List<Text> texts = new ArrayList<>();
      for (Entry each : entries) {
        if (!(each instanceof Text text)) {
          throw new BadBoardFile(
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
  record Keyed(Place place, Map<String, Entry> entries, Map<String, Place> keys) implements Entry {
    @Override
    public String kind() {
      return "a map";
    }

    /** Refuses names that mean nothing. */
    void knowsOnly(String of, List<String> known) {
      for (String key : entries.keySet()) {
        if (!known.contains(key)) {
          throw new BadBoardFile(
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
      throw new BadBoardFile(
          keys.get(key), key + " is " + need(key).kind() + ", expected a value that is not blank");
    }

    Keyed keyed(String key) {
      if (need(key) instanceof Keyed keyed) return keyed;
      throw new BadBoardFile(
          keys.get(key), key + " is " + need(key).kind() + ", expected names with values");
    }

    List<Text> texts(String key) {
      if (need(key) instanceof Many many) return many.texts(key);
      throw new BadBoardFile(keys.get(key), key + " is " + need(key).kind() + ", expected a list");
    }

    private Entry need(String key) {
      Entry entry = entries.get(key);
      if (entry == null) throw new BadBoardFile(place, key + " is missing");
      return entry;
    }
  }
}
