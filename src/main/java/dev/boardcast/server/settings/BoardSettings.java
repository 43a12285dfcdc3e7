package dev.boardcast.server.settings;

import dev.boardcast.Boards;
import java.util.List;

/** Settings of the boards on the class path. */
final class BoardSettings {
  static final List<Class<? extends Record>> RECORDS =
      Boards.found().stream().flatMap(module -> module.settings().stream()).toList();

  private BoardSettings() {}

  /** The configuration records of the boards. */
  static List<Record> records(EffectiveSettings values) {
    return RECORDS.stream().<Record>map(values::bind).toList();
  }
}
