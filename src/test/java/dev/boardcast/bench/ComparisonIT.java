package dev.boardcast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The comparison with other servers, small: the loop in C and Boardcast. Skipped where what it
 * needs is not installed; fails there if {@code CI} is set.
 */
@Timeout(240)
class ComparisonIT {
  private static final Path JAR = Path.of("target", "boardcast.jar");

  private static final String COMPLETE =
      "Every client of every server had every message once and in order.";

  @TempDir Path directory;

  @BeforeAll
  static void requirePrograms() {
    var missing = Stream.of("python3", "cc", "taskset").filter(name -> !isOnPath(name)).toList();
    if (System.getenv("CI") != null) assertEquals(List.of(), missing, "not installed");
    Assumptions.assumeTrue(missing.isEmpty(), "not installed: " + missing);
    Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core");
  }

  @Test
  void theLoopInCIsMeasuredInEveryColumn() throws Exception {
    String output = compare(0, "--servers", "c", "--many", "100");
    assertTrue(output.contains(COMPLETE), output);
    assertTrue(!row(output, "c").contains("–"), output);
  }

  @Test
  void everyClientOfBoardcastHasEveryMessageOnce() throws Exception {
    Assumptions.assumeTrue(Files.exists(JAR), "no " + JAR);
    String output = compare(0, "--servers", "boardcast", "--measures", "loads", "--settle", "0");
    assertTrue(output.contains(COMPLETE), output);
    assertEquals(10, row(output, "boardcast").chars().filter(each -> each == '|').count(), output);
  }

  @Test
  void aServerThatLosesAndRepeatsIsReported() throws Exception {
    String output = compare(1, "--servers", "faulty", "--measures", "loads", "--patience", "0.2");
    var counts = Pattern.compile("(\\d+) deliveries lost, (\\d+) repeated");
    long lost = 0;
    long repeated = 0;
    for (var match = counts.matcher(output); match.find(); ) {
      lost += Long.parseLong(match.group(1));
      repeated += Long.parseLong(match.group(2));
    }
    assertTrue(lost > 0 && repeated > 0, output);
  }

  @Test
  void badOptionsNameTheOptionAndWhatIsExpected() throws Exception {
    assertTrue(compare(2, "--rounds", "0").contains("--rounds: expected 1 to"));
    assertTrue(compare(1, "--servers", "apache").contains("--servers: expected some of c, bun"));
  }

  private static String row(String output, String server) {
    String start = "| " + server + " |";
    return output
        .lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }

  private String compare(int exitCode, String... options) throws Exception {
    var command = new ArrayList<>(List.of("python3", "src/bench/compare.py"));
    command.addAll(List.of("--rounds", "1", "--clients", "50", "--seconds", "1"));
    command.addAll(Arrays.asList(options));
    Path output = directory.resolve("output");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) process.destroy();
    assertEquals(exitCode, process.waitFor(), () -> read(output));
    return read(output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
