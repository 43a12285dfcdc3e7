package dev.boardcast.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinimumTestCountTest {
  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path reports;

  @BeforeEach
  void twoReportsOfThisBuildAndOneOfAnEarlierOne() throws Exception {
    report("TEST-a.ATest.xml", 5, 1, START.plusSeconds(1));
    report("TEST-a.BTest.xml", 7, 0, START.plusSeconds(2));
    report("TEST-a.RemovedTest.xml", 100, 0, START.minusSeconds(1));
    Files.writeString(reports.resolve("a.ATest.txt"), "Tests run: 5");
  }

  @Test
  void reportsOfThisBuildAreCounted() throws Exception {
    assertEquals(new MinimumTestCount.Count(12, 1), MinimumTestCount.count(reports, START));
  }

  @Test
  void fewerTestsThanRecordedFailTheBuild() {
    var count = new MinimumTestCount.Count(12, 1);
    assertEquals(
        "12 tests run, 1 of them skipped; the recorded minimum is 12",
        MinimumTestCount.check(count, "tests", 12));
    assertThrows(IllegalStateException.class, () -> MinimumTestCount.check(count, "tests", 13));
  }

  /** With such a property the report directory is not even read. */
  @ParameterizedTest
  @ValueSource(strings = {"it.area", "it.test", "test", "skipITs"})
  void aPartOfTheTestsIsNotCompared(String property) throws Exception {
    String before = System.setProperty(property, "gateway");
    try {
      MinimumTestCount.main(
          new String[] {"tests", reports + "/absent", START.toString(), "2000", "false"});
    } finally {
      if (before == null) System.clearProperty(property);
      else System.setProperty(property, before);
    }
  }

  private void report(String name, int tests, int skipped, Instant written) throws Exception {
    Path file = reports.resolve(name);
    Files.writeString(
        file,
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="x" time="0.1"
            tests="%d" errors="0" skipped="%d" failures="0">
        </testsuite>
        """
            .formatted(tests, skipped));
    Files.setLastModifiedTime(file, FileTime.from(written));
  }
}
