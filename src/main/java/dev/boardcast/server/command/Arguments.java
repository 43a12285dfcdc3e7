package dev.boardcast.server.command;

import dev.boardcast.config.ShownText;
import dev.boardcast.config.Texts;
import dev.boardcast.spi.InvalidSettingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/** Reports invalid command-line arguments: one line for the user, exit code 2. */
public final class Arguments {
  private Arguments() {}

  /**
   * Parses the duration given to an option.
   *
   * @param name the option without its dashes
   * @throws RuntimeException as {@link #invalid(String, String, String)} makes it
   */
  public static Duration duration(String name, String text) {
    try {
      return Texts.duration(text);
    } catch (IllegalArgumentException malformed) {
      throw invalid(name, text, "a duration such as 500ms, 90s, 10m, 1h or 30d");
    }
  }

  /**
   * The address that an option names.
   *
   * @throws RuntimeException as {@link #invalid(String, String, String)} makes it
   */
  public static URI uri(String name, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException malformed) {
      throw invalid(name, text, "an address such as http://host:port");
    }
  }

  /**
   * An exception to throw for an option's value.
   *
   * @param name the option without its dashes
   * @param expected completes the sentence "expected …"
   */
  public static RuntimeException invalid(String name, String value, String expected) {
    return new InvalidSettingException(name, shown(value), "flag --" + name, expected);
  }

  /** An exception to throw for a positional argument. */
  public static RuntimeException invalidPositional(String name, String value, String expected) {
    return new InvalidSettingException(name, shown(value), "argument", expected);
  }

  /** The part of a value that may be shown: of an address, no user and password. */
  public static String shown(String value) {
    return ShownText.of(value);
  }

  /** An exception to throw with this message. */
  public static RuntimeException invalid(String message) {
    return new UsageException(message);
  }
}
