package dev.boardcast.server.settings;

import dev.boardcast.config.Texts;
import java.time.Duration;
import java.util.List;

/** Reads values as operators write them. */
public final class SettingParsers {
  private SettingParsers() {}

  public static Duration duration(String text) {
    return Texts.duration(text);
  }

  public static List<String> list(String text) {
    return Texts.list(text);
  }
}
