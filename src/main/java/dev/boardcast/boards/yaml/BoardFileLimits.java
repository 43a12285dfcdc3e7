package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Visibility;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses the values of a board file, and checks their bounds. */
final class BoardFileLimits {
  static final int MAX_FILES = 50;
  static final int MAX_GROUPS = 20;
  static final int MAX_METRICS = 200;
  static final int MAX_SUMS = 50;
  static final int MAX_ROWS = 1000;
  static final int DEFAULT_ROWS = 100;
  static final int MAX_BYTES = 256 * 1024;
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
  static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);
  static final Duration DEFAULT_REFRESH = Duration.ofSeconds(5);
  static final Duration MIN_REFRESH = Duration.ofSeconds(1);
  static final Duration MAX_REFRESH = Duration.ofHours(24);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,10})?");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));

  private BoardFileLimits() {}

  /** A name that is valid in URLs, in metric paths and in SQL. */
  static String name(String what, String text, SourcePosition position) {
    if (NAME.matcher(text).matches()) return text;
    throw InvalidBoardFileException.value(
        position, what, text, "1 to 40 of a-z, 0-9 and _, a letter at the beginning");
  }

  static String label(String what, YamlValue.Text text, int longest) {
    if (text.text().length() <= longest) return text.text().strip();
    throw InvalidBoardFileException.value(
        text.position(), what, text.text(), "at most " + longest + " characters");
  }

  static Duration time(String what, YamlValue.Text text, Duration least, Duration most) {
    var match = TIME.matcher(text.text());
    if (match.matches()) {
      var time = UNITS.get(match.group(2)).multipliedBy(Long.parseLong(match.group(1)));
      if (time.compareTo(least) >= 0 && time.compareTo(most) <= 0) return time;
    }
    throw InvalidBoardFileException.value(
        text.position(),
        what,
        text.text(),
        "a time such as 500ms, 5s or 1m, from " + shown(least) + " to " + shown(most));
  }

  static int count(String what, YamlValue.Text text, int most) {
    if (text.text().matches("[0-9]{1,9}")) {
      int count = Integer.parseInt(text.text());
      if (count >= 1 && count <= most) return count;
    }
    throw InvalidBoardFileException.value(
        text.position(), what, text.text(), "a whole number from 1 to " + most);
  }

  static boolean flag(String what, YamlValue.Text text) {
    if (text.text().equals("true")) return true;
    if (text.text().equals("false")) return false;
    throw InvalidBoardFileException.value(text.position(), what, text.text(), "true or false");
  }

  /** A number with at most 20 digits before the point and 10 after it. */
  static BigDecimal number(String what, YamlValue.Text text) {
    if (NUMBER.matcher(text.text()).matches()) return new BigDecimal(text.text());
    throw InvalidBoardFileException.value(
        text.position(), what, text.text(), "a number such as 100 or 0.5");
  }

  static Visibility visibility(YamlValue.Text text) {
    try {
      return Visibility.parse(text.text());
    } catch (IllegalArgumentException bad) {
      throw InvalidBoardFileException.value(
          text.position(), "visibility", text.text(), "public, authenticated or role:<name>");
    }
  }

  static void atMost(int most, int count, String what, SourcePosition position) {
    if (count > most) {
      throw new InvalidBoardFileException(
          position, count + " " + what + ", expected at most " + most);
    }
  }

  private static String shown(Duration time) {
    return time.toMillis() < 1000
        ? time.toMillis() + "ms"
        : time.toHours() > 0 ? time.toHours() + "h" : time.toSeconds() + "s";
  }
}
