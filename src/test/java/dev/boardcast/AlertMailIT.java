package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alerts by mail, to a mail server. */
class AlertMailIT extends AccessCase {
  private static final String ALERTS = "/api/v1/alerts";
  private static final String CHANNEL =
      "{\"type\":\"email\",\"to\":[\"ann@example.org\",\"bob@example.org\"]}";
  private static final String RULE =
      """
      {"name":"<b>Costs</b>","board":"routing","metric":"total_cost","condition":"above","bound":5,\
      "for_seconds":0,"channels":["mail"]}""";
  private static final String DECISION = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":9}";

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  AlertMailIT() {
    server.setUser("sender", "pass/word");
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop();
  }

  @Override
  BoardcastOptions options() {
    return super.options()
        .set("alerts-smtp", "smtp://sender:pass%2Fword@127.0.0.1:" + server.getSmtp().getPort())
        .set("alerts-mail-from", "boards@example.org")
        .set("alerts-public-url", "https://boards.example.org")
        .set("alerts-attempts", "2")
        .set("alerts-retry-max", "200ms");
  }

  @Test
  void aMailHasBothFormsAndTheIdOfTheTransition() throws Exception {
    Boardcast node = deploy();
    put(node);
    assertEquals(201, post(node, ALERTS + "/rules", ADMIN, RULE).status());
    assertEquals(2, post(node, "/routing/decisions", ADMIN, DECISION).status() / 100);
    Awaitility.await().until(() -> messages(node, "sent").size() == 1);
    assertTrue(server.waitForIncomingEmail(5_000, 2));
    MimeMessage mail = server.getReceivedMessages()[0];
    JsonNode transition = get(node, ALERTS + "/history", ADMIN).json().at("/items/0");
    assertEquals("<%s@example.org>".formatted(transition.path("id").asText()), mail.getMessageID());
    assertEquals(
        "[FIRING] <b>Costs</b> (routing, total_cost) fires: the value is 9 (above 5)",
        mail.getSubject());
    assertEquals("boards@example.org", mail.getFrom()[0].toString());
    assertEquals(2, mail.getAllRecipients().length);
    var parts = (Multipart) mail.getContent();
    assertEquals(2, parts.getCount());
    String plain = parts.getBodyPart(0).getContent().toString();
    String html = parts.getBodyPart(1).getContent().toString();
    assertTrue(plain.contains("<b>Costs</b> (routing, total_cost) fires"), plain);
    assertTrue(html.contains("&lt;b&gt;Costs&lt;/b&gt;"), html);
    for (String form : new String[] {plain, html}) {
      assertTrue(form.contains("https://boards.example.org/alerts/acknowledge?alert="), form);
    }
  }

  @Test
  void mailThatTheServerDoesNotTakeIsADeadLetterWithoutItsAnswer() throws Exception {
    Boardcast node = deploy();
    put(node);
    server.stop();
    assertEquals(202, post(node, ALERTS + "/channels/mail/test", ADMIN, "").status());
    Awaitility.await().until(() -> messages(node, "dead").size() == 1);
    assertEquals(
        "the mail server refused the message, or could not be reached",
        messages(node, "dead").get(0).path("error").asText());
  }

  private JsonNode messages(Boardcast node, String state) throws Exception {
    return get(node, ALERTS + "/messages?state=" + state, ADMIN).json().path("items");
  }

  private void put(Boardcast node) throws Exception {
    assertEquals(200, send(node, "PUT", ALERTS + "/channels/mail", ADMIN, CHANNEL).status());
  }
}
