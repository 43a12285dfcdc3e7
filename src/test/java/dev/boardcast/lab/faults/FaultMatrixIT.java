package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.lab.load.Freshness;
import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.DataDirProcesses;
import dev.boardcast.testing.TestServers;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fault matrix on a cluster of three processes: nothing is lost, duplicated or out of order.
 * Time bounds are not enforced, as this machine runs other tests too.
 *
 * <p>Left out to save time: partitions that resemble others, and {@code slow-clients} and {@code
 * stopped-clients}, which {@code LaboratoryIT} and {@code SlowReaderIT} cover, and faults of
 * alerts, which {@code AlertFaultsIT} covers.
 */
@Timeout(1500)
class FaultMatrixIT {
  private static final int CLIENTS = 150;
  private static final int PER_SECOND = 20;
  private static final Set<String> LEFT_OUT =
      Set.of(
          "partition-gateway",
          "partition-each",
          "partition-deaf",
          "partition-blackout",
          "slow-clients",
          "stopped-clients",
          "kill-folder",
          "kill-sender",
          "receiver-hangs",
          "receiver-fails");

  @TempDir private Path directory;

  @Test
  void noFaultLosesAnEventAndNoProcessIsLeft() throws Exception {
    List<String> rows = Fault.labels().stream().filter(row -> !LEFT_OUT.contains(row)).toList();
    // The programs are unpacked once for all tests.
    Files.createDirectories(TestServers.BINARIES);
    Files.createSymbolicLink(directory.resolve("binaries"), TestServers.BINARIES.toAbsolutePath());
    var options =
        new FaultMatrixOptions(
            directory, rows, 3, CLIENTS, PER_SECOND, Optional.empty(), true, true, false);
    var lines = new ArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try (var matrix = new FaultMatrix(vertx, options)) {
      FaultMatrixReport report = matrix.run(lines::add);
      assertEquals(rows, report.rows().stream().map(FaultReport::fault).toList());
      for (FaultReport row : report.rows()) {
        // Partitions need root.
        if (row.skipped() != null) continue;
        assertTrue(row.kept(), () -> row.fault() + "\n" + row.report().text());
        for (LedgerTotals totals : row.report().ledger()) {
          assertTrue(totals.acknowledged() > 0, totals::toString);
          assertEquals(CLIENTS, totals.clients());
          assertEquals(totals.expected(), totals.received());
        }
        Freshness whole = row.report().freshness().get(row.report().freshness().size() - 1);
        assertEquals(CLIENTS, whole.events().count(), whole::toString);
        assertTrue(whole.events().max() > 0, whole::toString);
        assertTrue(whole.boards().max() > 0, whole::toString);
      }
      assertTrue(Json.MAPPER.valueToTree(report).get("kept").booleanValue());
      // A heading before, and totals of events and of alerts after the rows.
      assertEquals(rows.size() + 3, lines.size(), lines::toString);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), DataDirProcesses.of(directory.toRealPath()));
  }
}
