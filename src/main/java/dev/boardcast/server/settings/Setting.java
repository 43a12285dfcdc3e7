package dev.boardcast.server.settings;

import java.util.function.Function;

/**
 * A setting that a command reads alone.
 *
 * @param name its key
 * @param type converts the value that its declaration reads
 */
public record Setting<T>(String name, Function<Object, T> type) {
  static <T> Setting<T> of(String name, Class<T> type) {
    return new Setting<>(name, type::cast);
  }
}
