package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages keep their Content Security Policy, and show what a node warns of. */
@Timeout(240)
class BrowserPolicyIT extends BrowserCase {
  private static final String RECORD =
      """
      window.violations = [];
      addEventListener('securitypolicyviolation', ({violatedDirective, sourceFile, lineNumber}) =>
        violations.push(`${violatedDirective} ${sourceFile}:${lineNumber}`));""";

  @Test
  void noPageViolatesIt() throws Exception {
    task(ANN, "Water the plants", "plants");
    Page page = browser.page();
    page.beforeEachDocument(RECORD);
    page.signIn(ADMIN);
    page.navigate(address(""));
    page.await("document.querySelector('.board')");
    for (String board :
        List.of("", "routing", "platform", "pipeline", "analysis", "tasks", "admin", "nowhere")) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
      if (!List.of("", "tasks", "admin", "nowhere").contains(board)) {
        page.await("document.querySelector('metric-chart canvas')");
      }
      assertEquals("[]", page.eval("violations").toString(), board);
    }
    page.eval("window.old = true; location.reload()");
    page.await("!window.old && document.querySelector('main h1')");
    page.eval("document.querySelector('#tools button[title^=Signed]').click()");
    page.await("document.querySelector('dialog[open] #sign-in')");
    page.eval("document.querySelector('dialog').close()");
    page.eval("document.querySelector('#tools button[title*=heme]').click()");
    page.eval("location.hash = '#/tasks'");
    page.await("document.querySelector('.task button[aria-label^=Share]')");
    page.eval("document.querySelector('.task button[aria-label^=Share]').click()");
    page.await("document.querySelector('dialog[open] #share')");
    page.navigate(address("?kiosk"));
    page.await("'kiosk' in document.documentElement.dataset && document.querySelector('#turns i')");
    assertEquals("[]", page.eval("violations").toString());
    assertEquals(List.of(), page.errors());
  }

  @Test
  void whatIsInlineIsRefused() {
    Page page = browser.page();
    page.beforeEachDocument(RECORD);
    page.navigate(address(""));
    page.await("document.querySelector('.board')");
    page.eval("document.body.setAttribute('style', 'color: red')");
    page.eval(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))");
    page.eval(
        "document.body.append(Object.assign(document.createElement('form'), {action: '/', id: 'f'})); f.submit()");
    page.await("violations.length >= 3");
    assertEquals("null", page.eval("window.ran ?? null").toString());
  }

  @Test
  void theAdminPageShowsWhatAnOpenNodeWarnsOf() throws Exception {
    var vertx = Vertx.vertx();
    var db = Services.get().freshDatabase();
    var options =
        BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET)
            .host("0.0.0.0")
            .set("auth", "off");
    try {
      var node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
      Page page = browser.page();
      page.signIn(ADMIN);
      page.navigate(URI.create("http://127.0.0.1:" + node.httpPort() + "/#/admin"));
      page.await("document.querySelector('.warnings .badge')");
      String shown = page.eval("document.querySelector('.warnings').innerText").asText();
      assertTrue(shown.contains("anybody who reaches it can write facts (auth=off)"), shown);
      node.close().await(30, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
  }
}
