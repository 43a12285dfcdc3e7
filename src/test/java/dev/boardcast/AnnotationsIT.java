package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Annotations: added by API, seen by those who see the board, bounded. */
class AnnotationsIT extends AccessCase {
  private static final String PATH = "/api/v1/annotations";
  private static final String ALL = PATH + "?from=2020-01-01T00:00:00Z&limit=200";
  private static final String DEPLOYER = Person.of("ci").with("annotate", "watch").token();
  private static final String OTHER = Person.of("other").with("annotate").token();
  private static final String WATCHER = Person.of("ann").with("watch").token();

  private Boardcast node;

  @Override
  BoardcastOptions options() {
    return super.options().set("visibility", "routing=role:watch");
  }

  @BeforeEach
  void start() {
    node = deploy();
  }

  @Test
  void whoSeesABoardSeesItsAnnotationsAndNoNamesOfOthers() throws Exception {
    add(ADMIN, "{'at':'2026-01-01T10:00:00Z','title':'secret','boards':['routing']}");
    add(ADMIN, "{'at':'2026-01-01T11:00:00Z','title':'both','boards':['routing','platform']}");
    add(ADMIN, "{'at':'2026-01-01T12:00:00Z','title':'all','tags':['deploy']}");

    assertEquals(List.of("all", "both"), titles(ALL, null));
    assertEquals(List.of("all", "both", "secret"), titles(ALL, WATCHER));
    assertEquals(List.of(), titles(ALL + "&board=routing", null));
    assertEquals(List.of("all"), titles(ALL + "&board=pipeline", null));
    assertEquals(List.of("all"), titles(ALL + "&tag=deploy", null));
    JsonNode both = get(node, ALL + "&board=platform", null).json().at("/items/1");
    assertEquals("[\"platform\"]", both.path("boards").toString());
    // A board that is not seen cannot be annotated.
    String body = "{\"at\":\"2026-01-01T10:00:00Z\",\"title\":\"t\",\"boards\":[\"routing\"]}";
    assertEquals("boards", post(node, PATH, OTHER, body).fields());
    // Nor all boards by who does not see each of them.
    String all = "{\"at\":\"2026-01-01T10:00:00Z\",\"title\":\"t\",\"boards\":[]}";
    Answer refused = post(node, PATH, OTHER, all);
    assertEquals(400, refused.status());
    assertEquals("boards", refused.fields());
  }

  @Test
  void thoseOfATimeAreListedAlsoIfTheyBeganBeforeAndPageByPage() throws Exception {
    add(DEPLOYER, "{'at':'2026-01-01T10:00:00Z','until':'2026-01-03T10:00:00Z','title':'long'}");
    add(DEPLOYER, "{'at':'2026-01-01T10:00:00Z','title':'early'}");
    for (int i = 0; i < 5; i++) {
      add(DEPLOYER, "{'at':'2026-01-02T10:0%d:00Z','title':'at %d'}".formatted(i, i));
    }
    String day = PATH + "?from=2026-01-02T00:00:00Z&to=2026-01-02T10:04:00Z";
    assertEquals(List.of("at 3", "at 2", "at 1", "at 0", "long"), titles(day, null));

    var found = new ArrayList<String>();
    String cursor = "";
    do {
      JsonNode page = get(node, day + "&limit=2" + cursor, null).json();
      page.path("items").forEach(each -> found.add(each.path("title").asText()));
      cursor = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asText();
    } while (!cursor.isEmpty());
    assertEquals(List.of("at 3", "at 2", "at 1", "at 0", "long"), found);
  }

  @Test
  void aCursorOfDashesIsRefused() throws Exception {
    String cursor = new Page.Cursor(Instant.EPOCH, "-".repeat(36)).toString();
    for (String path : List.of(PATH, "/api/v1/alerts/history")) {
      Answer refused = get(node, path + "?cursor=" + cursor, ADMIN);
      assertEquals(400, refused.status(), path);
      assertEquals("cursor", refused.fields(), path);
    }
  }

  @Test
  void theOneWhoAddedItAndAdminsDeleteIt() throws Exception {
    String body = "{'at':'2026-01-01T10:00:00Z','title':'t'}";
    String own = PATH + "/" + add(DEPLOYER, body);
    assertEquals(403, delete(node, own, OTHER).status());
    assertEquals(403, delete(node, own, WATCHER).status());
    assertEquals(204, delete(node, own, DEPLOYER).status());
    assertEquals(404, delete(node, own, DEPLOYER).status());
    assertEquals(204, delete(node, PATH + "/" + add(DEPLOYER, body), ADMIN).status());
    // What a caller does not see is for them as if it did not exist.
    String hidden = add(ADMIN, "{'at':'2026-01-01T10:00:00Z','title':'t','boards':['routing']}");
    assertEquals(404, delete(node, PATH + "/" + hidden, OTHER).status());
    assertEquals(List.of("t"), titles(ALL, ADMIN));
  }

  @Test
  void thereIsAMostOfThem() throws Exception {
    new Sql(db.postgresUri())
        .run(
            """
            INSERT INTO annotation
            SELECT gen_random_uuid(), now(), NULL, 't', NULL, '{}', '{}', 'x', now()
            FROM generate_series(1, 50000)""");
    String body = "{\"at\":\"2026-01-01T10:00:00Z\",\"title\":\"t\"}";
    Answer refused = post(node, PATH, ADMIN, body);
    assertEquals(409, refused.status());
    assertTrue(refused.json().path("detail").asText().contains("50000"), refused.json()::toString);
  }

  private String add(String token, String json) throws Exception {
    Answer added = post(node, PATH, token, json.replace('\'', '"'));
    assertEquals(201, added.status(), added.json()::toString);
    return added.json().path("id").asText();
  }

  private List<String> titles(String path, String token) throws Exception {
    Answer answer = get(node, path, token);
    assertEquals(200, answer.status(), answer.json()::toString);
    var titles = new ArrayList<String>();
    answer.json().path("items").forEach(each -> titles.add(each.path("title").asText()));
    return titles;
  }
}
