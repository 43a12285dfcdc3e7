package dev.boardcast.server.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One thing an operator may decide.
 *
 * @param name in kebab-case; the flag, the environment variable and the key come from it
 * @param initial the default, as an operator would write it
 * @param expected what a good value looks like, to end the sentence "expected …"
 * @param description what it decides, for the help and the docs
 * @param parser reads a value; throws {@link IllegalArgumentException} for a bad one
 * @param mask what of a value may be shown
 */
public record Setting<T>(
    String name,
    String initial,
    String expected,
    String description,
    Function<String, T> parser,
    UnaryOperator<String> mask) {

  static <T> Setting<T> of(
      String name,
      String initial,
      String expected,
      String description,
      Function<String, T> parser) {
    return new Setting<>(name, initial, expected, description, parser, UnaryOperator.identity());
  }

  static Setting<Integer> count(String name, int initial, String description) {
    return of(name, Integer.toString(initial), "a whole number", description, Integer::valueOf);
  }

  static Setting<Duration> time(String name, Duration initial, String description) {
    String expected = "a time such as 250ms, 5s or 1m";
    return of(name, SettingParsers.text(initial), expected, description, SettingParsers::duration);
  }

  static Setting<Integer> port(String name, int initial, String description) {
    String expected = "a port, 0 to 65535";
    return of(name, Integer.toString(initial), expected, description, SettingParsers::port);
  }

  static Setting<Boolean> onOff(String name, boolean initial, String description) {
    return of(name, initial ? "on" : "off", "on or off", description, SettingParsers::onOff);
  }

  /** A text that may be left out. */
  static Setting<Optional<String>> optional(String name, String expected, String description) {
    return of(name, "", expected, description, SettingParsers::optional);
  }

  /** Never shows its value. */
  Setting<T> secret() {
    return masked(value -> "(hidden)");
  }

  Setting<T> masked(UnaryOperator<String> shown) {
    return new Setting<>(name, initial, expected, description, parser, shown);
  }

  String flag() {
    return "--" + name;
  }

  String variable() {
    return Settings.PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
