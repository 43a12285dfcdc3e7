package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Person;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two users in two tabs of one browser never act as one another. */
@Timeout(240)
class TwoUsersTwoTabsIT extends BrowserCase {
  private static final Person BOB = Person.of("bob", "garden").with("ingest");
  private static final String TITLES =
      "[...document.querySelectorAll('.task .title')].map((each) => each.textContent).join()";
  private static final String LIVE =
      "document.querySelector('connection-pill[data-state=live]')"
          + " && document.querySelector('input[name=title]')";

  @Test
  void aTabKeepsItsUserWhenAnotherSignsInElsewhere() throws Exception {
    Page anns = tab(browser.page(), ANN);
    Page bobs = anns.newTab();
    bobs.navigate(address("#/tasks"));
    bobs.await(user("ann") + " && " + LIVE);
    signIn(bobs, BOB);

    anns.bringToFront();
    anns.await("document.getElementById('notes').innerText.includes('bob has signed in')");
    create(anns, "of ann");
    anns.await(TITLES + " === 'of ann' && !document.querySelector('.task[data-wait]')");
    bobs.bringToFront();
    create(bobs, "of bob");
    bobs.await(TITLES + " === 'of bob' && !document.querySelector('.task[data-wait]')");
    assertEquals(List.of("of ann"), tasks(ANN));
    assertEquals(List.of("of bob"), tasks(BOB));

    // Written elsewhere: each tab receives its own user's, and nothing of the other's.
    task(BOB, "more of bob", "garden");
    bobs.await(TITLES + ".includes('more of bob')");
    anns.bringToFront();
    task(ANN, "more of ann", "plants");
    anns.await(TITLES + ".includes('more of ann')");
    assertFalse(anns.eval(TITLES).asText().contains("bob"), anns.eval(TITLES).asText());

    // Nor after a new connection, nor after a reload.
    anns.eval("import('/pages/live.js').then(({client}) => (client.close(), client.retry()))");
    anns.await(LIVE);
    task(BOB, "even more of bob", "garden");
    task(ANN, "even more of ann", "plants");
    anns.await(TITLES + ".includes('even more of ann')");
    assertFalse(anns.eval(TITLES).asText().contains("bob"), anns.eval(TITLES).asText());
    anns.eval("window.old = true; location.reload()");
    anns.await("!window.old && " + user("ann") + " && " + LIVE);
    anns.await(TITLES + ".includes('even more of ann')");
    assertFalse(anns.eval(TITLES).asText().contains("bob"), anns.eval(TITLES).asText());
    assertEquals(List.of(), anns.errors());
    assertEquals(List.of(), bobs.errors());
    anns.close();
    bobs.close();
  }

  @Test
  void whoSignsOutIsSignedOutInAllTabsAndOthersAreNot() {
    Page anns = tab(browser.page(), ANN);
    Page bobs = tab(anns.newTab(), BOB);
    Page other = bobs.newTab();
    other.navigate(address("#/tasks"));
    other.await(user("bob") + " && " + LIVE);

    bobs.bringToFront();
    bobs.eval("document.querySelector('#tools button[title^=Signed]').click()");
    bobs.await("document.querySelector('dialog[open]')");
    bobs.eval(
        "[...document.querySelectorAll('dialog button')]"
            + ".find(({textContent}) => textContent === 'Sign out').click()");
    bobs.await(user("Sign in"));
    other.bringToFront();
    other.await(user("Sign in"));
    other.await("document.getElementById('notes').innerText.includes('signed out in another tab')");
    anns.bringToFront();
    assertTrue(anns.eval("Boolean(" + user("ann") + ")").asBoolean());
    create(anns, "still of ann");
    anns.await(TITLES + ".includes('still of ann')");

    // A reload does not make the tab another user's, and a new tab begins without one.
    other.bringToFront();
    other.eval("window.old = true; location.reload()");
    other.await("!window.old && " + user("Sign in"));
    Page late = anns.newTab();
    late.navigate(address("#/tasks"));
    late.await(user("Sign in"));
  }

  /** A tab in which a person has signed in with a token. */
  private Page tab(Page page, Person who) {
    page.navigate(address("#/tasks"));
    page.await("document.querySelector('#tools button[title^=Sign]')");
    signIn(page, who);
    return page;
  }

  private static void signIn(Page page, Person who) {
    page.eval("document.querySelector('#tools button[title^=Sign]').click()");
    page.await("document.querySelector('dialog[open] textarea')");
    page.eval("document.querySelector('dialog textarea').value = '" + who.token() + "'");
    page.eval("document.querySelector('dialog button.main').click()");
    page.await(user(who.name()) + " && " + LIVE);
  }

  private static void create(Page page, String title) {
    page.eval("document.querySelector('input[name=title]').value = '" + title + "'");
    page.eval("document.querySelector('form.line button.main').click()");
  }

  private static String user(String name) {
    return "document.querySelector('#tools button[title^=Sign]')?.textContent === '" + name + "'";
  }

  private List<String> tasks(Person who) throws Exception {
    JsonNode page =
        Json.MAPPER.readTree(
            cluster.get(cluster.node(1), "/api/v1/tasks?limit=100", who.token()).body());
    return page.get("items").findValuesAsText("title");
  }
}
