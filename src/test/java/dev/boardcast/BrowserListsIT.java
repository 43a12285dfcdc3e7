package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * What is wrong comes first, in lists of a thousand too; and an empty board says how to fill it.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserListsIT extends BrowserNodeCase {
  private static final int SOURCES = 1000;
  private static final int MAX_NODES = 2000;
  private static final String ROWS =
      "[...document.querySelectorAll('table[aria-label=Sources] tbody tr')]";
  private static final String NAMES =
      ROWS + ".slice(0, 3).map((row) => row.cells[0].textContent).join()";
  private static final String NODES = "document.querySelectorAll('*').length";
  private static final String FIRST = "document.querySelector('.first:not([hidden])')";

  @Test
  @Order(1)
  void anEmptyBoardExplainsItselfWithACommandThatWorksAndShowsTheFirstFact() throws Exception {
    Page page = open("#/routing?range=live");
    for (String board : List.of("routing", "platform", "pipeline", "analysis")) {
      page.eval("location.hash = '#/" + board + "'");
      page.await("document.querySelector('#nav [aria-current]').hash === '#/" + board + "'");
      page.await(FIRST + "?.querySelector('pre')");
      if (board.equals("routing")) assertEquals("[]", Axe.violations(page));
      String command = page.eval(FIRST + ".querySelector('pre').textContent").asText();
      assertTrue(command.startsWith("curl " + address("").resolve("/")), command);
      String path = command.substring(5, command.indexOf(' ', 5));
      String fact = command.substring(command.indexOf("-d '") + 4, command.lastIndexOf('\''));
      post(path.substring(address("").toString().length() - 1), fact);
      page.await("!" + FIRST);
    }
    // A declared board names its path.
    page.eval("location.hash = '#/sales'");
    page.await(FIRST + "?.textContent.includes('/api/v1/boards/sales/facts')");
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  @Order(2)
  void aThousandSourcesStayUsableAndTheSickOnesComeFirst() {
    String now = Instant.now().toString();
    String runs =
        IntStream.range(0, SOURCES)
            .mapToObj(
                i ->
                    ("{'source':'s%04d','status':'%s','records':%d,'started_at':'%s',"
                            + "'finished_at':'%s'}")
                        .formatted(i, i % 400 == 7 ? "failure" : "success", i, now, now))
            .collect(Collectors.joining(",", "[", "]"));
    post("/api/v1/monitoring/scrape-runs", runs);
    Page page = open("#/pipeline?range=live");
    page.await(NAMES + " === 's0007,s0407,s0807'");
    page.await("document.querySelectorAll('metric-chart canvas').length === 4");
    assertTrue(page.eval(NODES).asInt() <= MAX_NODES, page.eval(NODES)::asText);
    assertEquals(10, page.eval(ROWS + ".length").asInt());
    // Two series of charts by source are those that fail.
    page.await(
        "document.querySelectorAll('metric-chart')[2].querySelector('.legend').textContent"
            + ".includes('s0407')");

    button(page, "991 more"); // with the source of the example
    page.await(ROWS + ".length === 50");
    assertTrue(page.eval(NODES).asInt() <= MAX_NODES, page.eval(NODES)::asText);
    button(page, "Next");
    page.await("document.querySelector('.pages').textContent.includes('51 to 100 of 1001')");
    button(page, "Records");
    page.await("document.querySelector('th[aria-sort=descending]')");
    page.await(ROWS + "[0].cells[0].textContent === 's0949'");
    page.eval(
        "(() => { const search = document.querySelector('input[type=search]');"
            + " search.value = 'S095'; search.dispatchEvent(new Event('input')); })()");
    page.await(ROWS + ".length === 10 && " + NAMES + " === 's0959,s0958,s0957'");
    assertEquals(
        "#/pipeline?range=live&sort.sources=-Records&q.sources=S095",
        page.eval("location.hash").asText());
    assertEquals("[]", Axe.violations(page));

    // The CSV has what was searched for, in its order.
    page.eval(
        "window.saved = null; const real = URL.createObjectURL; URL.createObjectURL = (blob) => {"
            + " blob.text().then((text) => saved = text); return real(blob); }");
    page.eval("document.querySelector('button[aria-label=\"Sources as CSV\"]').click()");
    page.await("saved");
    List<String> lines = page.eval("saved").asText().lines().toList();
    assertEquals(11, lines.size());
    assertTrue(lines.get(1).startsWith("\"s0959\",\"healthy\","), lines.get(1));

    // A copied link shows the same.
    Page copy = open(page.eval("location.hash").asText());
    copy.await(ROWS + ".length === 10 && " + NAMES + " === 's0959,s0958,s0957'");
    copy.close();
    assertEquals(List.of(), page.errors());
    page.close();
  }

  @Test
  @Order(3)
  void theOverviewBeginsWithTheBoardThatHasAlerts() {
    String now = Instant.now().toString();
    String runs =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    "{'source':'s0007','status':'failure','started_at':'%1$s','finished_at':'%1$s'}"
                        .formatted(now))
            .collect(Collectors.joining(",", "[", "]"));
    post("/api/v1/monitoring/scrape-runs", runs);
    Page page = open("#/");
    String first = "document.querySelector('.board')";
    page.await(first + ".textContent.includes('Data pipeline')");
    page.await(first + ".querySelector('.badge.bad')?.textContent === '1 alert'");
    JsonNode boards = page.eval("document.querySelectorAll('.board h2').length");
    assertEquals(7, boards.asInt());
    assertEquals(List.of(), page.errors());
    page.close();
  }

  private static void button(Page page, String text) {
    page.eval(
        "[...document.querySelectorAll('main button')].find((each) => each.checkVisibility() &&"
            + " each.textContent === '"
            + text
            + "').click()");
  }
}
