package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.DataDirProcesses;
import dev.boardcast.testing.TestServers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Alerts of a cluster of processes while the node that folds and the node that sends are killed:
 * none is lost, and a double is counted. Time bounds are not enforced, as this machine runs other
 * tests too.
 */
@Timeout(300)
class AlertFaultsIT {
  private static final List<String> ROWS = List.of("kill-folder", "kill-sender");

  @TempDir private Path directory;

  @Test
  void noAlertIsLostAndEachDoubleIsCounted() throws Exception {
    // The programs are unpacked once for all tests.
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(directory.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
    var options =
        new FaultMatrixOptions(directory, ROWS, 2, 5, 5, Optional.of(2), false, true, false);
    Vertx vertx = Vertx.vertx();
    try (var matrix = new FaultMatrix(vertx, options)) {
      FaultMatrixReport report = matrix.run(line -> {});
      assertEquals(ROWS, report.rows().stream().map(FaultReport::fault).toList());
      for (FaultReport row : report.rows()) {
        assertTrue(row.kept(), row::line);
        // Each value has crossed and come back.
        assertTrue(row.alerts().crossings() >= 20, row::line);
        assertEquals(row.alerts().crossings(), row.alerts().transitions());
        assertTrue(row.alerts().swings() > 0, row::line);
      }
      // What the killed node had sent was sent again, and counted.
      assertTrue(report.rows().get(1).alerts().doubled() > 0, report.rows().get(1)::line);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), DataDirProcesses.of(directory.toRealPath()));
  }
}
