package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Axe;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who else is there, on the pages of two users who are connected to two nodes. */
@Timeout(240)
class BrowserPresenceIT extends BrowserCase {
  private static final Person BEN = Person.of("ben", "plants").with("ingest");
  private static final String NAMES =
      "[...document.querySelectorAll('%s .people:not([hidden]) li .sr')]"
          + ".map((each) => each.textContent).join()";
  private static final String IN_HEAD = NAMES.formatted(".head");
  private static final String ON_TASK = NAMES.formatted(".task");

  @Test
  void whoElseLooksAtABoardIsThereUntilTheyLeave() throws Exception {
    Page ann = open(ANN, "#/routing");
    ann.await("document.querySelector('.head .people')?.hidden");
    Page ben = open(cluster.node(1), BEN, "#/routing");
    ann.await(IN_HEAD + " === 'ben'");
    ben.await(IN_HEAD + " === 'ann'");
    assertEquals(
        "BE", ann.eval("document.querySelector('.people [aria-hidden]').textContent").asText());
    assertEquals(
        "Also looking at this board",
        ann.eval("document.querySelector('.people').getAttribute('aria-label')").asText());
    assertEquals("[]", Axe.violations(ann));
    save(ann, "presence-board");
    ben.eval("location.hash = '#/platform'");
    ann.await("document.querySelector('.head .people').hidden");
    assertEquals(List.of(), ann.errors());
    assertEquals(List.of(), ben.errors());
  }

  @Test
  void whoOfTheTeamIsOnATaskIsShownAtIt() throws Exception {
    task(ANN, "Water the plants", "plants");
    Page ann = open(ANN, "#/tasks");
    Page ben = open(cluster.node(1), BEN, "#/tasks");
    String row =
        "[...document.querySelectorAll('.task')]"
            + ".find((each) => each.querySelector('.title').textContent === 'Water the plants')";
    ann.await(row + " !== undefined");
    ben.await(row + " !== undefined");
    ben.eval(row + ".querySelector('.tick').focus()");
    ann.await(ON_TASK + " === 'ben'");
    assertEquals(
        "Also on this task",
        ann.eval(row + ".querySelector('.people').getAttribute('aria-label')").asText());
    assertEquals("[]", Axe.violations(ann));
    save(ann, "presence-task");
    ben.eval("document.activeElement.blur()");
    ann.await(ON_TASK + " === ''");
    assertEquals(List.of(), ann.errors());
    assertEquals(List.of(), ben.errors());
  }

  private static void save(Page page, String name) throws Exception {
    Path file = Path.of("target", "screenshots", name + ".webp");
    Files.createDirectories(file.getParent());
    Files.write(file, page.screenshot());
  }
}
