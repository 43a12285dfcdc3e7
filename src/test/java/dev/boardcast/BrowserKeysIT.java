package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Page;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every control is reached by keyboard, in order, with visible focus. */
@Timeout(180)
class BrowserKeysIT extends BrowserCase {
  private static final int MANY = 80;
  private static final int TASKS = 15;
  private static final int LEAST = TASKS - 1; // one task may be completed already

  /** The controls in document order; a date input counts as one. */
  private static final String STOPS =
      "window.stops = () => [...document.querySelectorAll('a[href], button, input, select, [tabindex=\"0\"]')]"
          + ".filter((each) => !each.disabled && each.checkVisibility())";

  private static final String HERE =
      """
      (() => {
        const at = document.activeElement;
        if (at === document.body) return 'end';
        const place = stops().indexOf(at);
        const {outlineStyle, outlineWidth} = getComputedStyle(at);
        const ringed = (outlineStyle !== 'none' && outlineWidth !== '0px')
            || getComputedStyle(at, '::after').outlineStyle === 'solid';
        const {top, bottom} = at.getBoundingClientRect();
        const under = !at.closest('#top') && !at.matches('.skip')
            && top < document.getElementById('top').getBoundingClientRect().bottom - 1;
        const seen = ringed && top >= 0 && bottom <= innerHeight + 1 && !under;
        return seen ? place : at.outerHTML + ' is not seen';
      })()""";

  @BeforeAll
  void makeTasks() throws Exception {
    for (int n = 1; n <= TASKS; n++) task(ANN, "Plant " + n, "plants");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "platform", "tasks"})
  void everythingIsReachedInOrderAndSeen(String where) {
    Page page = shown(where);
    int all = page.eval("stops().length").asInt();
    List<String> met = new ArrayList<>();
    String here;
    do {
      page.pressKey("Tab");
      here = page.eval(HERE).asText();
      met.add(here);
    } while (!here.equals("end") && met.size() < MANY);
    List<String> expected = new ArrayList<>();
    for (int n = 0; n < all; n++) expected.add("" + n);
    expected.add("end");
    assertEquals(expected, met);
    assertEquals(List.of(), page.errors());
  }

  @Test
  void oneStepLeadsPastTheNavigation() {
    Page page = shown("platform");
    page.pressKey("Tab");
    page.pressKey("Enter");
    page.await("document.activeElement.id === 'main'");
    // With what else stands in the address.
    assertEquals("#/platform", page.eval("location.hash.split('?')[0]").asText());
    assertEquals("Platform", page.eval("document.querySelector('h1').textContent").asText());
  }

  @Test
  void aDialogGivesTheFocusBackAndALineThatGoesGivesItToTheNext() {
    Page page = shown("tasks");
    page.eval("document.querySelector('.task > button.plain').focus()");
    page.pressKey("Enter");
    page.await("document.activeElement.closest('dialog[open]')");
    page.pressKey("Escape");
    page.await("document.activeElement === document.querySelector('.task > button.plain')");

    page.eval("document.querySelectorAll('.task .tick')[3].focus()");
    String next = page.eval("document.querySelectorAll('.task .tick')[4].ariaLabel").asText();
    page.pressKey("Enter");
    page.await("document.activeElement.ariaLabel === '" + next + "'");
    assertEquals(List.of(), page.errors());
  }

  private Page shown(String where) {
    Page page = browser.page();
    page.setDisplay("light", 1280, 800);
    page.signIn(ANN);
    page.beforeEachDocument(STOPS);
    page.navigate(address("#/" + where));
    page.await("document.querySelector('main h1') && !document.querySelector('.loading')");
    page.await(PILL + ".dataset.state === 'live'");
    if (where.equals("tasks")) {
      page.await("document.querySelectorAll('.task').length >= " + LEAST);
    }
    return page;
  }
}
