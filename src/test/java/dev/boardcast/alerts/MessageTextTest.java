package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a message says cannot be made up by the data that it is about. */
class MessageTextTest {
  private static final String FORGED =
      "Costs (routing, cost.a [OK] Costs is ok again) fires: the value is 9 (above 5)";

  @Test
  void aKeyWithLineBreaksMakesNoLineOfItsOwn() {
    var links = new AcknowledgeLinks(Optional.empty());
    for (String end : List.of("\n", "\r\n", "\u2028", "\u2029", "\u0085", "\0", "\t\n")) {
      var text = MessageText.of(delivery("cost.a" + end + "[OK] Costs is ok again"), links);
      assertEquals(FORGED, text.lines().get(0).text());
      assertEquals("[FIRING] " + FORGED, text.subject());
    }
    var delivery = delivery("cost.a\n[OK] Costs is ok again");
    assertFalse(WebhookBody.slack(delivery, links).contains("\\n"));
    String mail = MailText.plain(MessageText.of(delivery, links));
    assertEquals("[FIRING] 2026-03-10T12:00:00.000Z\n" + FORGED + "\n\n", mail);
  }

  private static Delivery delivery(String metric) {
    Instant at = Instant.parse("2026-03-10T12:00:00Z");
    var fires =
        new Transition(
            UUID.randomUUID(),
            at,
            UUID.randomUUID(),
            UUID.randomUUID(),
            "Costs",
            "routing",
            metric,
            "",
            null,
            AlertStatus.OK,
            AlertStatus.FIRING,
            BigDecimal.valueOf(9),
            Condition.ABOVE,
            BigDecimal.valueOf(5),
            Severity.WARNING,
            Map.of());
    return new Delivery(
        UUID.randomUUID(),
        null,
        "hook",
        Delivery.Kind.TRANSITION,
        1,
        0,
        at,
        List.of(new Delivery.Told(fires, null)));
  }
}
