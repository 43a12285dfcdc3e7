package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A browser and two nodes: pages are loaded from the first, facts are posted to the second. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserCase {
  static final Person ANN = Person.of("ann", "plants").with("ingest");
  static final Person ADMIN = Person.of("root", "plants").with("admin");
  static final String PILL = "document.querySelector('connection-pill')";

  Browser browser;
  Cluster cluster;

  @BeforeAll
  void start() throws Exception {
    browser = Browser.start();
    cluster = Cluster.start(Services.get().freshDatabase(), 2);
  }

  @AfterAll
  void stop() {
    if (cluster != null) cluster.close();
    if (browser != null) browser.close();
  }

  URI address(String where) {
    return cluster.node(0).http().resolve("/" + where);
  }

  Page open(Person who, String where) {
    return open(cluster.node(0), who, where);
  }

  Page open(NodeProcess node, Person who, String where) {
    Page page = browser.page();
    page.signIn(who);
    page.navigate(node.http().resolve("/" + where));
    return page;
  }

  /**
   * @param fact JSON with apostrophes for quotes; {@code ‹now›} is the time
   * @return when it was answered, by the machine's clock, which the browser's pages share
   */
  long post(Person who, String path, String fact) throws Exception {
    String json = fact.replace('\'', '"').replace("‹now›", Instant.now().toString());
    var answer = cluster.post(cluster.node(1), path, who.token(), json);
    long answered = System.currentTimeMillis();
    assertEquals(201, answer.statusCode(), answer.body());
    return answered;
  }

  void task(Person who, String title, String team) throws Exception {
    post(who, "/api/v1/tasks", "{'title':'%s','team_id':'%s'}".formatted(title, team));
  }
}
