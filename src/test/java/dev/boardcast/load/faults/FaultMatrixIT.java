package dev.boardcast.load.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Json;
import dev.boardcast.db.TestServers;
import dev.boardcast.load.lab.Tally;
import dev.boardcast.testing.Leftovers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some rows of the fault matrix, with few clients: what is lost, doubled or out of order is judged,
 * times are not. The command {@code faults} runs all of it.
 */
@Timeout(300)
class FaultMatrixIT {
  private static final int CLIENTS = 100;
  private static final List<String> ROWS = List.of("kill-emitter", "stop-gateway", "rolling");

  @TempDir private Path home;

  @Test
  void nothingIsLostWhateverDiesAndNothingIsLeftRunning() throws Exception {
    // Unpacked once for all tests.
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(home.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
    var options =
        new MatrixOptions(
            home, "dev.boardcast.Main", ROWS, 3, CLIENTS, 30, Optional.of(1), true, false);
    var lines = new ArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try (var matrix = new Matrix(vertx, options)) {
      MatrixReport report = matrix.run(lines::add);
      assertEquals(ROWS, report.rows().stream().map(RowReport::fault).toList());
      for (RowReport row : report.rows()) {
        assertTrue(row.kept(), () -> row.fault() + "\n" + row.report().text());
        for (Tally tally : row.report().ledger()) {
          assertTrue(tally.acknowledged() > 0, tally::toString);
          assertEquals(CLIENTS, tally.clients());
          assertEquals(tally.due(), tally.received());
        }
      }
      assertTrue(Json.MAPPER.valueToTree(report).get("kept").booleanValue());
      assertEquals(ROWS.size() + 1, lines.size());
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), Leftovers.of(home.toRealPath()));
  }
}
