package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.boardcast.testing.AlertReceiver;
import dev.boardcast.testing.Sql;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Base64;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of two nodes on a schedule: each is sent once, by mail and webhook. */
class ScheduledReportIT extends AccessCase {
  private static final String REPORTS = "/api/v1/reports";
  private static final String CHANNELS = "/api/v1/alerts/channels/";
  private static final String WEEKLY =
      "{'name':'Weekly','board':'routing','on':['monday'],'at':'08:00','zone':'Europe/Berlin',"
          + "'period':'week','compare':'previous','channels':['mail','hook','same']}";

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final AlertReceiver receiver = new AlertReceiver(vertx);
  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast one;
  private Boardcast two;

  ScheduledReportIT() {
    server.start();
  }

  @Override
  BoardcastOptions options() {
    return super.options()
        .set("alerts-private-targets", "127.0.0.1")
        .set("alerts-smtp", "smtp://127.0.0.1:" + server.getSmtp().getPort())
        .set("alerts-secrets", "slack=" + receiver.url("/slack"))
        .set("alerts-mail-from", "boards@example.org");
  }

  @BeforeEach
  void start() throws Exception {
    one = deploy();
    two = deploy();
    channel("mail", "{'type':'email','to':['ann@example.org']}");
    channel("hook", "{'type':'webhook','url':'%s'}".formatted(receiver.url("/hook")));
    channel("same", "{'type':'webhook','url':'%s'}".formatted(receiver.url("/hook")));
    channel("chat", "{'type':'slack','url_secret':'slack'}");
  }

  @AfterEach
  void closeServers() throws Exception {
    server.stop();
    receiver.close();
  }

  @Test
  void lastWeekIsSentOnceBesideTheOneBefore() throws Exception {
    LocalDate monday =
        LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)
            .with(TemporalAdjusters.previousOrSame(java.time.DayOfWeek.MONDAY));
    decide(monday.minusDays(3), 7);
    decide(monday.minusDays(9), 3);
    decide(monday, 100);
    Answer created = post(one, REPORTS, ADMIN, json(WEEKLY));
    assertEquals(201, created.status(), created.json()::toString);
    Instant due = Instant.parse(created.json().path("next_at").asText());
    var local = due.atZone(java.time.ZoneId.of("Europe/Berlin"));
    assertEquals("MONDAY 08:00", local.getDayOfWeek() + " " + local.toLocalTime());
    // One that cannot be drawn, and was due before, keeps none waiting.
    sql.run(
        "INSERT INTO report_schedule (id, name, board, definition, created_by, created_at, next_at)"
            + " SELECT gen_random_uuid(), 'lost', 'nothing',"
            + " definition || '{\"name\":\"lost\",\"board\":\"nothing\"}', 'x', now(),"
            + " now() - interval '1 hour' FROM report_schedule");
    sql.run("UPDATE report_schedule SET next_at = now() WHERE board = 'routing'");

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> receiver.accepted("/hook").size() == 2);
    assertTrue(server.waitForIncomingEmail(20_000, 1));
    // The schedule was moved on, and nothing more is written.
    Awaitility.await()
        .until(
            () ->
                sql.column("SELECT count(*) FROM alert_delivery WHERE state = 'sent'")
                    .equals(List.of("3")));
    assertEquals(List.of("3"), sql.column("SELECT count(*) FROM alert_delivery"));
    // Two channels with one receiver: it must not take the one message for the other.
    assertEquals(
        2, receiver.accepted("/hook").stream().map(AlertReceiver.Received::key).distinct().count());
    assertEquals(1, server.getReceivedMessages().length);
    assertEquals(
        List.of("t"),
        sql.column(
            "SELECT retry_at > now() + interval '1 minute' FROM report_schedule WHERE name = 'lost'"));
    assertEquals(
        List.of("0"),
        sql.column(
            "SELECT count(*) FROM report_schedule WHERE name <> 'lost' AND retry_at IS NOT NULL"));
    sql.run("DELETE FROM report_schedule WHERE name = 'lost'");
    JsonNode listed = get(two, REPORTS, ADMIN).json().at("/items/0");
    assertEquals(due, Instant.parse(listed.path("next_at").asText()));

    String range = "?from=" + monday.minusDays(7) + "&to=" + monday + "&compare=previous";
    JsonNode body = get(two, "/api/v1/boards/routing" + range, ADMIN).json();
    assertEquals("7", body.at("/data/total_cost").decimalValue().toPlainString());
    MimeMessage mail = server.getReceivedMessages()[0];
    assertEquals("[REPORT] Weekly", mail.getSubject());
    var attached = ((Multipart) mail.getContent()).getBodyPart(1);
    assertEquals("routing-" + monday.minusDays(7) + ".pdf", attached.getFileName());
    assertText(attached.getInputStream().readAllBytes(), body);
    JsonNode told = receiver.accepted("/hook").get(0).json();
    assertEquals("report", told.path("kind").asText());
    assertEquals("application/pdf", told.at("/report/type").asText());
    assertText(Base64.getDecoder().decode(told.at("/report/content").asText()), body);
    assertEquals(receiver.accepted("/hook").get(0).key(), told.path("id").asText());
    assertEquals(
        List.of(mail.getMessageID()),
        sql.column(
            "SELECT '<' || id || '@example.org>' FROM alert_delivery WHERE channel = 'mail'"));
  }

  private static void assertText(byte[] pdf, JsonNode body) throws Exception {
    try (var document = Loader.loadPDF(pdf)) {
      String text = new PDFTextStripper().getText(document);
      for (String metric : List.of("total_cost", "total_decisions")) {
        String value = body.path("data").path(metric).decimalValue().toPlainString();
        assertTrue(text.lines().anyMatch(line -> line.contains(value)), value + " in\n" + text);
        String other = body.at("/comparison/" + metric + "/value").decimalValue().toPlainString();
        assertTrue(text.contains("beside " + other), other + " in\n" + text);
      }
    }
  }

  @Test
  void whatIsNoScheduleIsRefusedByField() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"name", "'name':'Weekly'", "'name':' '"},
          {"board", "'board':'routing'", "'board':'nothing'"},
          {"on", "['monday']", "['Monday']"},
          {"on", "['monday']", "['monday','monday']"},
          {"on", "['monday']", "[]"},
          {"at", "08:00", "8 o'clock".replace("'", " ")},
          {"at", "08:00", "24:00"},
          {"zone", "Europe/Berlin", "Mars/Base"},
          {"period", "'week'", "'year'"},
          {"compare", "previous", "target"},
          {"with", "'compare'", "'with':{'site':'7'},'compare'"},
          {"format", "'compare'", "'format':'doc','compare'"},
          {"channels", "['mail','hook','same']", "['nobody']"},
          {"channels", "['mail','hook','same']", "['chat']"},
          {"channels", "['mail','hook','same']", "[]"},
          {"cron", "'compare'", "'cron':'* * *','compare'"},
        }) {
      Answer refused = post(one, REPORTS, ADMIN, json(WEEKLY.replace(wrong[1], wrong[2])));
      assertEquals(400, refused.status(), wrong[2]);
      assertEquals(wrong[0], refused.fields(), wrong[2]);
    }
    assertEquals(0, get(one, REPORTS, ADMIN).json().path("items").size());
    Answer created = post(one, REPORTS, ADMIN, json(WEEKLY));
    assertEquals(201, created.status());
    assertEquals(409, post(one, REPORTS, ADMIN, json(WEEKLY)).status());
    Answer used = delete(one, CHANNELS + "mail", ADMIN);
    assertEquals(409, used.status());
    assertTrue(used.json().path("detail").asText().contains("Weekly"), used.json()::toString);
    // What takes no reports does not take the place of what does.
    String slack = json("{'type':'slack','url_secret':'slack'}");
    used = send(one, "PUT", CHANNELS + "mail", ADMIN, slack);
    assertEquals(409, used.status());
    assertTrue(used.json().path("detail").asText().contains("Weekly"), used.json()::toString);
    String path = REPORTS + "/" + created.json().path("id").asText();
    assertEquals(204, delete(one, path, ADMIN).status());
    assertEquals(404, delete(one, path, ADMIN).status());
  }

  private void decide(LocalDate day, int cost) throws Exception {
    String decision =
        "{'strategy':'s','provider':'p','confidence':1,'cost':%d,'decided_at':'%sT12:00:00Z'}"
            .formatted(cost, day);
    Answer added = post(one, "/routing/decisions", ADMIN, json(decision));
    assertEquals(201, added.status(), added.json()::toString);
    Awaitility.await()
        .until(
            () ->
                sql.column("SELECT coalesce(sum(cost_sum), 0) >= " + cost + " FROM routing_rollup")
                    .equals(List.of("t")));
  }

  private void channel(String id, String body) throws Exception {
    Answer put = send(one, "PUT", CHANNELS + id, ADMIN, json(body));
    assertEquals(200, put.status(), put.json()::toString);
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
