package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Services;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Attackers without a secret try every port of a cluster of three processes under load: they
 * achieve nothing, and its clients lose nothing. {@link AttackBench} measures what the clients
 * notice.
 */
@Timeout(300)
@EnabledOnOs(value = OS.LINUX, disabledReason = "ports are found in /proc")
class AttackedClusterIT {
  @Test
  void attackersAchieveNothingAndNoClientLosesAnEvent() throws Exception {
    try (var attacked = new AttackedCluster(Services.get().freshDatabase())) {
      LoadReport report;
      List<String> achieved;
      try (Attackers attackers = attacked.attack(4)) {
        report = attacked.load(60, 20, 10);
        achieved = attackers.successes();
        attackers.attempts().forEach((name, count) -> assertTrue(count > 5, name + " " + count));
      }
      assertEquals(List.of(), achieved);
      assertTrue(report.kept(), report.text());
      for (NodeProcess node : attacked.cluster().nodes()) {
        JsonNode health = attacked.cluster().health(node);
        assertEquals("up", health.path("status").asText(), health::toString);
      }
    }
  }
}
