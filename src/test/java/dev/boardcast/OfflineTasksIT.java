package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Axe;
import dev.boardcast.testing.BrowserLine;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that are changed offline: nothing is lost, doubled, or overwritten unseen. */
@Timeout(240)
class OfflineTasksIT extends BrowserCase {
  private static final String LIVE = PILL + ".dataset.state === 'live'";
  private static final String UNSENT = "document.querySelector('.card p[role=status]').textContent";
  private static final String SHOWN =
      "[...document.querySelectorAll('.task')].map((each) =>"
          + " `${each.querySelector('.title').textContent}${'done' in each.dataset ? ' (done)' : ''}`)"
          + ".sort().join()";

  @Test
  void twoBrowsersEditTheSameTasksOneOfThemOffline() throws Exception {
    Person ben = Person.of("ben", "beds");
    Person ann = Person.of("ann", "beds").with("ingest");
    for (String title : List.of("Dig", "Sow", "Weed")) task(ann, title, "beds");
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page anns = all(line, ann);
      Page bens = open(cluster.node(1), ben, "#/tasks");
      showAll(bens);
      for (Page page : List.of(anns, bens)) page.await(SHOWN + " === 'Dig,Sow,Weed'");

      line.cut();
      anns.await(PILL + ".dataset.state === 'reconnecting'");
      press(anns, "Complete Dig");
      rename(anns, "Sow", "Sow by ann");
      create(anns, "Rake");
      String wanted = "Dig (done),Rake,Sow by ann,Weed";
      anns.await(SHOWN + " === '" + wanted + "'");
      anns.await(UNSENT + " === '3 changes wait to be sent, in order.'");
      anns.await("[...document.querySelectorAll('.task[data-wait]')].length === 3");
      assertEquals("[]", Axe.violations(anns));

      rename(bens, "Dig", "Dig deep");
      rename(bens, "Sow", "Sow by ben");
      press(bens, "Complete Weed");
      bens.await(SHOWN + " === 'Dig deep,Sow by ben,Weed (done)' && !" + UNSENT);

      line.mend();
      anns.eval(PILL + ".querySelector('button').click()");
      // Dig has both changes; of Sow, ben's title is shown until ann decides.
      anns.await(SHOWN + " === 'Dig deep (done),Rake,Sow by ben,Weed (done)'");
      anns.await(
          "document.querySelector('.conflict:not([hidden])').innerText.includes('“Sow by ann”')");
      assertEquals("[]", Axe.violations(anns));
      bens.await(SHOWN + " === 'Dig deep (done),Rake,Sow by ben,Weed (done)'");
      click(anns, "Use mine");
      String end = "Dig deep (done),Rake,Sow by ann,Weed (done)";
      for (Page page : List.of(anns, bens)) {
        page.await(SHOWN + " === '" + end + "' && !" + UNSENT);
        page.await("!document.querySelector('.task[data-wait], .conflict:not([hidden])')");
      }
      assertEquals(
          List.of("Dig deep 3", "Rake 1", "Sow by ann 3", "Weed 2"), versions(ann, "beds"));

      // The other way round: who was offline gives way.
      line.cut();
      anns.await(PILL + ".dataset.state === 'reconnecting'");
      rename(anns, "Rake", "Rake by ann");
      anns.await(SHOWN + ".includes('Rake by ann')");
      rename(bens, "Rake", "Rake by ben");
      bens.await("!" + UNSENT);
      line.mend();
      anns.eval(PILL + ".querySelector('button').click()");
      click(anns, "Keep theirs");
      anns.await(SHOWN + ".includes('Rake by ben') && !" + UNSENT);
      assertEquals(bens.eval(SHOWN), anns.eval(SHOWN));
      assertEquals(
          List.of("Dig deep 3", "Rake by ben 2", "Sow by ann 3", "Weed 2"), versions(ann, "beds"));
      anns.close();
      bens.close();
    }
  }

  @Test
  void aTabThatIsClosedBetweenRequestAndAnswerLosesAndDoublesNothing() throws Exception {
    Person cem = Person.of("cem", "sheds");
    task(cem, "Paint", "sheds");
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page first = all(line, cem);
      first.await(SHOWN + " === 'Paint'");
      line.loseAnswers();
      rename(first, "Paint", "Paint red");
      press(first, "Complete Paint red");
      create(first, "Polish");
      first.await(UNSENT + ".startsWith('3 changes')");
      // The first is committed, and the tab does not know it.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> versions(cem, "sheds").equals(List.of("Paint red 2")));
      Page second = first.newTab();
      first.close();
      line.mend();
      second.navigate(line.http().resolve("/#/tasks"));
      second.await(LIVE);
      showAll(second);
      second.await(SHOWN + " === 'Paint red (done),Polish' && !" + UNSENT);
      assertEquals(List.of("Paint red 3", "Polish 1"), versions(cem, "sheds"));
      second.close();
    }
  }

  @Test
  void anotherUserDoesNotSendWhatTheFormerOneHasLeft() throws Exception {
    Person dan = Person.of("dan", "tubs");
    Person eva = Person.of("eva", "tubs");
    task(dan, "Fill", "tubs");
    try (var line = new BrowserLine(cluster.node(0).http())) {
      Page page = browser.page();
      page.navigate(line.http().resolve("/icon.svg"));
      page.await("location.pathname === '/icon.svg'");
      as(page, dan);
      page.navigate(line.http().resolve("/#/tasks"));
      page.await(LIVE + " && " + SHOWN + " === 'Fill'");
      showAll(page);
      line.cut();
      page.await(PILL + ".dataset.state === 'reconnecting'");
      press(page, "Complete Fill");
      page.await(UNSENT + " === 'One change waits to be sent.'");
      as(page, eva);
      // The page is left before the line is back, so that it cannot send as dan meanwhile.
      page.navigate(URI.create("about:blank"));
      page.await("location.href === 'about:blank'");
      line.mend();
      page.navigate(line.http().resolve("/#/tasks"));
      page.await(LIVE + " && " + SHOWN + " === 'Fill'");
      assertEquals("", page.eval(UNSENT).asText());
      as(page, dan);
      page.eval("window.old = true; location.reload()");
      page.await("!window.old && " + LIVE);
      showAll(page);
      page.await(SHOWN + " === 'Fill (done)' && !" + UNSENT);
      JsonNode task = tasks(dan, "tubs").get(0);
      assertEquals(2, task.get("version").asInt());
      page.close();
    }
  }

  private static void as(Page page, Person who) {
    page.eval(
        "localStorage.boardcast = sessionStorage.boardcast = JSON.stringify({token: '"
            + who.token()
            + "', at: Date.now()})");
  }

  private Page all(BrowserLine line, Person who) {
    Page page = browser.page();
    page.signIn(who);
    page.navigate(line.http().resolve("/#/tasks"));
    page.await(LIVE);
    showAll(page);
    return page;
  }

  private static void showAll(Page page) {
    page.await("document.querySelector('[aria-label=\"Which tasks\"]')");
    click(page, "All");
  }

  private static String labelled(String label) {
    return "document.querySelector('[aria-label=\"" + label + "\"]')";
  }

  private static void press(Page page, String label) {
    page.await(labelled(label) + "?.disabled === false");
    page.eval(labelled(label) + ".click()");
  }

  private static void click(Page page, String words) {
    String button =
        "[...document.querySelectorAll('button')].find((each) => each.textContent === '%s')"
            .formatted(words);
    page.await(button);
    page.eval(button + ".click()");
  }

  private static void rename(Page page, String from, String to) {
    press(page, "Rename " + from);
    submit(page, "New title", to);
  }

  private static void create(Page page, String title) {
    page.eval("document.querySelector('select[aria-label=Team]').selectedIndex = 1");
    submit(page, "Title of a new task", title);
  }

  private static void submit(Page page, String label, String value) {
    page.await(labelled(label));
    page.eval("%s.value = '%s'".formatted(labelled(label), value));
    page.eval(labelled(label) + ".form.requestSubmit()");
  }

  private List<JsonNode> tasks(Person who, String team) throws Exception {
    var answer = cluster.get(cluster.node(1), "/api/v1/tasks?team_id=" + team, who.token());
    var items = Json.MAPPER.readTree(answer.body()).get("items");
    return new ArrayList<>(StreamSupport.stream(items.spliterator(), false).toList());
  }

  private List<String> versions(Person who, String team) throws Exception {
    return tasks(who, team).stream()
        .map(each -> each.get("title").asText() + " " + each.get("version").asInt())
        .sorted()
        .toList();
  }
}
