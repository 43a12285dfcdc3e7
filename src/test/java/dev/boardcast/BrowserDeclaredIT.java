package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a declared board. */
@Timeout(120)
class BrowserDeclaredIT {
  private static final Person ANN = Person.of("ann").with("ingest", "viewer");
  private static final String TILE =
      "[...document.querySelectorAll('metric-tile')].find((tile) =>"
          + " tile.textContent.includes('%s'))";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private Browser browser;
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    Files.copy(Path.of("src/test/resources/boards/sales.yaml"), directory.resolve("sales.yaml"));
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    var config = TestOptions.local(Services.get().freshDatabase());
    node = Api.await(Boardcast.deploy(vertx, config, boards));
    browser = Browser.start();
  }

  @AfterEach
  void stop() {
    browser.close();
    Api.await(node.close());
    Api.await(vertx.close());
  }

  @Test
  void itShowsValuesStatesTargetsAndTablesAsDeclared() {
    Page page = browser.page();
    page.signIn(ANN);
    page.navigate(URI.create("http://127.0.0.1:" + node.httpPort() + "/#/sales"));
    String today = TILE.formatted("Revenue today");
    page.await(today + "?.dataset.level === 'severe'");
    page.await(
        today + ".querySelector('.sub:not(.change)').textContent.startsWith('critical, target ')");
    var answer =
        WebClient.create(vertx)
            .post(node.httpPort(), "127.0.0.1", "/api/v1/boards/sales/facts")
            .bearerTokenAuthentication(ANN.token())
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer("{\"site\":\"north\",\"amount\":2500,\"status\":\"paid\"}"));
    assertEquals(201, Api.await(answer).statusCode());
    page.await(today + ".querySelector('.value').textContent.includes('2,500.00')");
    page.await("!(" + today + ".dataset.level)");
    theFactsBehindANumberAreAClickAway(page);
    // As bars, and as a table.
    page.await("document.querySelector('share-bars').textContent.includes('north')");
    page.await(
        "document.querySelector('table[aria-label=\"By site\"]').textContent.includes('north')");
    assertEquals(List.of(), page.errors());
    aMetricWithoutFactsOfItsOwnSaysWhy(page);
  }

  /**
   * From a tile, a row of a table, a bar and a chart, by keyboard too; what is refused says why.
   */
  private static void theFactsBehindANumberAreAClickAway(Page page) {
    page.eval(TILE.formatted("Revenue today") + ".querySelector('.label button').focus()");
    page.pressKey("Enter");
    page.await("document.querySelector('dialog td.end')?.textContent === '2,500'");
    page.await(
        "document.querySelector('dialog [role=status]').textContent"
            + " === '1 fact. The number is the sum of _value.'");
    assertEquals("[]", Axe.violations(page));
    assertTrue(page.eval("location.hash").asText().contains("facts=revenue.today"));
    page.pressKey("Escape");
    page.await("!document.querySelector('dialog') && !location.hash.includes('facts')");
    for (String opener :
        List.of("table[aria-label=\"By site\"] td button", "share-bars .row button")) {
      page.await("document.querySelector('" + opener + "')");
      page.eval("document.querySelector('" + opener + "').click()");
      page.await("document.querySelector('dialog select')?.value === 'north'");
      page.await("document.querySelector('dialog tbody').textContent.includes('north')");
      page.pressKey("Escape");
      page.await("!document.querySelector('dialog')");
    }
    page.eval("document.querySelector('metric-chart header button').click()");
    page.await("document.querySelector('dialog tbody tr')");
    page.pressKey("Escape");
    page.await("!document.querySelector('dialog')");
  }

  /** By a link; the request fails. */
  private static void aMetricWithoutFactsOfItsOwnSaysWhy(Page page) {
    page.eval("location.hash = '#/sales?facts=paid_share'; location.reload()");
    page.await(
        "document.querySelector('dialog [role=alert]')?.textContent"
            + ".includes('it is paid divided by orders')");
    page.pressKey("Escape");
    page.await("!document.querySelector('dialog')");
  }
}
