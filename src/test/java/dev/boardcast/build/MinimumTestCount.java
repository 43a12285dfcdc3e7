package dev.boardcast.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prints how many tests the build ran and fails it below the recorded minimum, so that no test is
 * lost in silence. The build runs it after the tests; it counts nothing where a part of them was
 * asked for.
 */
public final class MinimumTestCount {
  private static final List<String> SELECTIONS =
      List.of("test", "it.test", "it.area", "skipITs", "skipTests", "groups", "excludedGroups");
  private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>");

  private MinimumTestCount() {}

  /**
   * Arguments: what is counted, the directory of the reports, when the build began, the minimum,
   * whether tests are skipped.
   */
  public static void main(String[] arguments) throws IOException {
    boolean skipped = Boolean.parseBoolean(arguments[4]);
    if (skipped || SELECTIONS.stream().anyMatch(name -> System.getProperty(name) != null)) return;
    var count = count(Path.of(arguments[1]), Instant.parse(arguments[2]));
    System.out.println(check(count, arguments[0], Integer.parseInt(arguments[3])));
  }

  /** The line to print; throws below the minimum. */
  static String check(Count count, String what, int minimum) {
    String line =
        "%d %s run, %d of them skipped; the recorded minimum is %d"
            .formatted(count.tests, what, count.skipped, minimum);
    if (count.tests < minimum) throw new IllegalStateException("too few tests: " + line);
    return line;
  }

  record Count(int tests, int skipped) {}

  /** The tests of all reports that were written since then. */
  static Count count(Path reports, Instant since) throws IOException {
    int tests = 0;
    int skipped = 0;
    try (Stream<Path> files = Files.list(reports)) {
      for (Path file : files.filter(MinimumTestCount::isReport).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) continue;
        String suite = suite(file);
        tests += attribute(suite, "tests");
        skipped += attribute(suite, "skipped");
      }
    }
    return new Count(tests, skipped);
  }

  private static boolean isReport(Path file) {
    return file.getFileName().toString().matches("TEST-.*\\.xml");
  }

  private static String suite(Path report) throws IOException {
    try (Stream<String> lines = Files.lines(report)) {
      // The element's attributes may stand on several lines.
      Matcher suite = SUITE.matcher(String.join(" ", lines.limit(20).toList()));
      if (suite.find()) return suite.group();
    }
    throw new IOException("no test suite in " + report);
  }

  private static int attribute(String element, String name) {
    Matcher value = Pattern.compile("\\b" + name + "=\"(\\d+)\"").matcher(element);
    if (!value.find()) throw new IllegalArgumentException("no " + name + " in " + element);
    return Integer.parseInt(value.group(1));
  }
}
