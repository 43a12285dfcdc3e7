package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions and revocations on the page of the cluster. */
@Timeout(240)
class AdminPageIT extends BrowserCase {
  private static final Person VIEWER = Person.of("vic").with("viewer");
  private static final Person BOB = Person.of("bob");
  private static final String SESSIONS = table("Sessions");
  private static final String REVOCATIONS = table("Revocations");

  private final Vertx vertx = Vertx.vertx();
  private final List<WsClient> clients = new ArrayList<>();

  @AfterEach
  void disconnect() {
    clients.forEach(WsClient::close);
  }

  @AfterAll
  void closeVertx() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void anAdminFindsAndEndsASessionAndRevokesAUserUntilTheRevocationIsLifted() throws Exception {
    WsClient first = connect(cluster.node(1), BOB);
    first.next("connection_ack");
    Page page = open(ADMIN, "#/admin");
    page.setDisplay("light", 1280, 900);
    page.await(SESSIONS + "?.textContent.includes('bob')");
    fill(page, "User", "bob");
    click(page, "Find");
    page.await(SESSIONS + ".querySelectorAll('tbody tr').length === 1");
    page.eval(SESSIONS + ".querySelector('tbody button').click()");
    page.await("document.querySelector('dialog h2')?.textContent.includes('bob')");
    assertEquals("[]", Axe.violations(page));
    click(page, "End session");
    assertEquals(4403, first.closeCode());
    page.await("!" + SESSIONS);

    WsClient second = connect(cluster.node(1), BOB);
    second.next("connection_ack");
    fill(page, "Value", "bob");
    fill(page, "Reason", "left the company");
    click(page, "Revoke");
    assertEquals(4401, second.closeCode());
    page.await(REVOCATIONS + "?.textContent.includes('left the company')");
    assertEquals("[]", Axe.violations(page));
    page.eval(REVOCATIONS + ".querySelector('tbody button').click()");
    page.await("document.querySelector('dialog')");
    click(page, "Lift");
    page.await("!" + REVOCATIONS);
    String trail = table("Audit trail") + "?.textContent";
    for (String action : List.of("session.ended", "revocation.created", "revocation.lifted")) {
      page.await(trail + ".includes('" + action + "')");
    }
    fill(page, "Target of the act", "user:bob");
    page.eval("document.querySelector('input[name=target]').form.requestSubmit()");
    page.await("!" + trail + ".includes('session.ended') && " + trail + ".includes('user:bob')");
    assertEquals("[]", Axe.violations(page));
    assertEquals(List.of(), page.errors());
  }

  @Test
  void aViewerReadsAndIsOfferedNoActions() throws Exception {
    connect(cluster.node(1), BOB).next("connection_ack");
    Page page = open(VIEWER, "#/admin");
    page.await(SESSIONS + "?.textContent.includes('bob')");
    page.await(table("Nodes") + ".querySelectorAll('tbody tr').length === 2");
    assertEquals(
        "false", page.eval("Boolean(document.querySelector('main table button'))").asText());
    assertEquals("false", page.eval("Boolean(" + button("Revoke") + ")").asText());
    assertEquals("[]", Axe.violations(page));
    assertEquals(List.of(), page.errors());
  }

  @Test
  void theTabIsWhereAdministrationIsServed() throws Exception {
    int port = FreePorts.one();
    var options =
        TestOptions.local(Services.get().freshDatabase()).set("admin-port", Integer.toString(port));
    Boardcast node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    try {
      assertEquals("false", hasTab(node.httpPort()));
      assertEquals("true", hasTab(port));
    } finally {
      node.close().await(30, TimeUnit.SECONDS);
    }
  }

  private String hasTab(int port) {
    Page page = browser.page();
    page.signIn(ADMIN);
    page.navigate(URI.create("http://127.0.0.1:" + port + "/"));
    page.await("document.querySelector('nav a')");
    return page.eval("document.querySelector('nav').textContent.includes('Cluster')").asText();
  }

  private WsClient connect(NodeProcess node, Person person) {
    var client =
        WsClient.connect(
            vertx,
            "ws://127.0.0.1:" + node.http().getPort() + "/ws?topics=agents",
            Map.of("Authorization", "Bearer " + person.token()),
            List.of());
    clients.add(client);
    return client;
  }

  private static void fill(Page page, String label, String value) {
    page.eval(
        "document.querySelector('input[aria-label=\"%s\"]').value = '%s'".formatted(label, value));
  }

  private static void click(Page page, String text) {
    page.await(button(text));
    page.eval(button(text) + ".click()");
  }

  private static String button(String text) {
    return "[...document.querySelectorAll('main button, dialog button')]"
        + ".find((each) => each.textContent === '"
        + text
        + "' && !each.closest('table'))";
  }

  private static String table(String label) {
    return "document.querySelector('main table[aria-label=\"" + label + "\"]')";
  }
}
